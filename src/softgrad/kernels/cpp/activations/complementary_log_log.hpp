// 1 - exp(-w) with w = exp(z), kept to twice the precision where it is exponentiated again.
#pragma once

#include "../arithmetic/decay.hpp"
#include "../arithmetic/exponential_pair.hpp"
#include "../arithmetic/log_log_divergence.hpp"
#include "../stages/coins.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct ComplementaryLogLog {
    // p = 1 - exp(-w), w exp(-w), w (1 - w) exp(-w).
    template <class P>
    SOFTGRAD_INLINE static Jet heads(Pack z, const double*) {
        const Pair w = rate(z);
        const Decay<P> q(-w.high, -w.low);
        return {-exponential_minus_one<P>(-w.high, -w.low), q.times(w.high),
                q.times(w.high * one_less(z, w))};
    }
    template <class P>
    SOFTGRAD_INLINE static Jet tails(Pack z, const double*) {
        const Pair w = rate(z);
        const Decay<P> q(-w.high, -w.low);
        return {q.value(), -q.times(w.high), -q.times(w.high * one_less(z, w))};
    }

    // log(1 - exp(-w)), h = w / (exp(w) - 1), h (1 - w - h).
    template <class P>
    SOFTGRAD_INLINE static Jet log_heads(Pack z, const double*) {
        const Pair w = rate(z);
        const Decay<P> q(-w.high, -w.low);
        const Pack p = -exponential_minus_one<P>(-w.high, -w.low);
        const Mask is_rare = w.high == 0.0;
        const Pack one = splat(1.0), rare_w = select(is_rare, one, w.high);
        const Pack share = select(is_rare, one, p / rare_w);  // p / w, from 1 far left

        // z + log(p / w) far left, log p near 0, log(1 - q) on the right.
        const Mask left = z < -1.0, right = z > 0.0;
        const Pair one_less_q = two_sum(one, -q.value());
        const Pair log = log_of_normal(select(right, one_less_q.high, select(left, share, p)),
                                       where(right, one_less_q.low));
        const Pack value = where(left, z) + rounded(log);

        const Pack inverse_share = select(is_rare, one, rare_w / p);
        const Pack odds = q.times(inverse_share);
        // The bracket 1 - w - h is -w / 2 less Bernoulli's series.
        const Pack small = smallest(splat(0.5), w.high);
        const Pack half = multiply_add(small, polynomial(small * small, bernoulli), splat(0.5));
        const Pack bracket = select(w.high < 0.5, -small * half, (1.0 - w.high) - odds);
        return {select(is_nan(z), z, value), odds, q.times(inverse_share * bracket)};
    }
    // -w, three times.
    template <class P>
    SOFTGRAD_INLINE static Jet log_tails(Pack z, const double*) {
        const Pack w = P::exp(z);
        return {-w, -w, -w};
    }

    // Ein(exp z) - Ein(exp a) - t (z - a), with a the point where p is t.
    template <class P>
    SOFTGRAD_INLINE static Pack excess(Pack z, Pack t, const double*) {
        return log_log_divergence(z, t);
    }

private:
    // B_2k / (2k)! for k = 1, 2, ...: w / (e^w - 1) - 1 + w / 2 over w^2 (DLMF 24.2.1).
    static constexpr double bernoulli[] = {
        1.0 / 12.0,
        -1.0 / 720.0,
        1.0 / 30240.0,
        -1.0 / 1209600.0,
        1.0 / 47900160.0,
        -691.0 / 1307674368000.0,
        1.0 / 74724249600.0,
    };

    // w + low = exp(z); z is kept below 7, where exp(-w) is 0, and low is 0 where w < 1.
    SOFTGRAD_INLINE static Pair rate(Pack z) {
        const Pair right = exponential_pair(smallest(splat(7.0), largest(Pack{}, z)));
        const Pack left = Precise::exp(smallest(Pack{}, z));
        const Mask is_right = z > 0.0;
        return {select(is_right, right.high, left), where(is_right, right.low)};
    }
    // 1 - w, which changes sign at z = 0.
    SOFTGRAD_INLINE static Pack one_less(Pack z, Pair w) {
        const Pack near = -exponential_minus_one(smallest(splat(1.0), z));
        return select(z < 1.0, near, (1.0 - w.high) - w.low);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
