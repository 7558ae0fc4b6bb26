// (p log(p / m) + t log(t / m)) / 2 with m = (p + t) / 2; by log p its derivatives are
//     p log(p / m) / 2   and   p log(p / m) / 2 + p t / (2 (p + t)).
//
// With x = (p - t) / (p + t) the value is m ((1 + x) log(1 + x) + (1 - x) log(1 - x)) / 2: near
// x = 0 a polynomial in x^2, so that neither logarithm cancels the other.
//
// As generated, with two relative entropies and four logarithms, it takes 3 to 7 times as long.
#pragma once

#include "../arithmetic/power.hpp"
#include "../stages/separable.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace jensen_shannon_constants {
// ((1 + x) log(1 + x) + (1 - x) log(1 - x)) / x^2 for |x| <= 1/2, as polynomials in x^2: to
// 2^-57.2 and 2^-32.7 (Lawson's iteration at 60 digits).
inline constexpr double precise[] = {
    1.0,
    0x1.555555555542ap-3,
    0x1.11111111313c2p-4,
    0x1.2492490ed5dcdp-5,
    0x1.6c16c909aa1ffp-6,
    0x1.f07a89b73b6a7p-7,
    0x1.68316fc034fabp-7,
    0x1.0fdff2927d00ap-7,
    0x1.bea905872db09p-8,
    0x1.f33936994588ap-9,
    0x1.3140198b0fa2ap-7,
    -0x1.c38415f1f5fd1p-8,
    0x1.da22047daa0cap-7,
};
inline constexpr double brief[] = {
    0x1.000000009f2c2p+0, 0x1.55554de6eb66cp-3, 0x1.1114ae171b50bp-4, 0x1.23eac5cd3e0eap-5,
    0x1.7a584454b0f37p-6, 0x1.555c16389f328p-7, 0x1.76efba132271bp-6,
};
}  // namespace jensen_shannon_constants

struct JensenShannon {
    static constexpr Form form = Form::log;
    static constexpr bool two_sided = true, needs_p = true, needs_q = true, needs_log = false;

    // Of classes whose p as a whole is not near t, where log p, log t and log m may be subtracted.
    struct Dense {
        static constexpr bool through_log = true, first_is_target = false, takes_powers = true;
        static constexpr double least_value = 0.0, least_of_row = 0x1p-4;
        using Vector = Pack;
        static bool serves(const double*) { return true; }
        SOFTGRAD_INLINE static DenseTerm<Pack> at(const PrecisePoint& r, const double*) {
            const Pack mean = 0.5 * (r.p + r.t);
            const Pack log_mean = brief_log(largest(splat(0x1p-1000), mean));
            const Pack pull = 0.5 * (r.p * (r.nll + log_mean));
            const Pack of_target = where(r.t != 0.0, 0.5 * (r.t * (r.log_t - log_mean)));
            return {select(r.t >= 0.0, of_target - pull, splat(not_a_number)), pull};
        }
    };

    template <class P>
    SOFTGRAD_INLINE static Entry at(const Point& r, const double*) {
        const Pack d = r.minus_target(), total = r.p + r.t;
        const Pack divisor = select(total > 0.0, total, splat(1.0));
        const Pack x = quotient<P>(d, divisor);
        // p / m = 1 + x; where that cancels, the quotient itself.
        const Pair one_plus_x = two_sum(splat(1.0), x);
        const Mask below = x <= -0.5;
        const Pack p_share = select(below, quotient<P>(2.0 * r.p, divisor), one_plus_x.high);
        const Pack log_p_share = log_of_share<P>(p_share, where(~below, one_plus_x.low));
        const Pack log_t_share = log_of_share<P>(quotient<P>(2.0 * r.t, divisor), Pack{});

        const Pack slope = 0.5 * (r.p * log_p_share);
        const Pack far = slope + 0.5 * (r.t * log_t_share);
        const Pack near = 0.25 * (d * x) * series<P>(x * x);
        const Pack value = select(absolute(x) > 0.5, far, near);
        return {value, slope, slope + 0.5 * (r.p / divisor * r.t)};
    }

private:
    // log(share + low), and a finite number for 0, by which only 0 is multiplied.
    template <class P>
    SOFTGRAD_INLINE static Pack log_of_share(Pack share, Pack low) {
        if constexpr (!P::precise) return brief_log(largest(splat(0x1p-1000), share));
        return rounded(log_of_normal(largest(splat(0x1p-1022), share), low));
    }
    template <class P>
    SOFTGRAD_INLINE static Pack series(Pack square) {
        using namespace jensen_shannon_constants;
        if constexpr (P::precise) return polynomial(square, precise);
        return polynomial(square, brief);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
