// z / 6 + 1/2 clipped to [0, 1]; at the kinks -3 and 3 the derivative is 0.
#pragma once

#include "../arithmetic/logarithm.hpp"
#include "../stages/coins.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct HardSigmoid {
    // p, 1/6 inside, 0.
    template <class P>
    SOFTGRAD_INLINE static Jet heads(Pack z, const double*) {
        const Pack rise = slope(z);
        return {probability(z), rise, 0.0 * rise};
    }
    template <class P>
    SOFTGRAD_INLINE static Jet tails(Pack z, const double*) {
        const Pack rise = slope(z);
        return {probability(-z), -rise, 0.0 * rise};
    }
    // log p, 1 / (z + 3), -1 / (z + 3)^2; outside -inf or 0, with slope 0.
    template <class P>
    SOFTGRAD_INLINE static Jet log_heads(Pack z, const double*) {
        const Pack rise = log_slope(z);
        return {log_probability(z), rise, -(rise * rise)};
    }
    template <class P>
    SOFTGRAD_INLINE static Jet log_tails(Pack z, const double*) {
        const Pack rise = log_slope(-z);
        return {log_probability(-z), -rise, -(rise * rise)};
    }
    // 3 (p - t)^2 + max(0, |z| - 3) times what t lacks; infinite for t outside [0, 1].
    template <class P>
    SOFTGRAD_INLINE static Pack excess(Pack z, Pack t, const double*) {
        const Pack p = probability(z), q = probability(-z);
        const Pack difference = select(p > 0.5, (1.0 - t) - q, p - t);
        const Pack lacking = select(z > 0.0, 1.0 - t, t);
        const Pack outside = largest(Pack{}, absolute(z) - 3.0);
        const Pack tail = where(~((outside == 0.0) | (lacking == 0.0)), outside * lacking);
        const Pack value = 3.0 * difference * difference + tail;
        return select((t < 0.0) | (t > 1.0), splat(infinity), value);
    }

private:
    SOFTGRAD_INLINE static Pack probability(Pack z) {
        // z + 3 is exact where it is small; its rounding elsewhere is relative to the sum itself.
        return smallest(splat(1.0), largest(Pack{}, z + 3.0) / 6.0);
    }
    SOFTGRAD_INLINE static Pack slope(Pack z) {
        return select(is_nan(z), z, where(absolute(z) < 3.0, splat(1.0 / 6.0)));
    }
    // Through 1 - p where p > 1/2.
    SOFTGRAD_INLINE static Pack log_probability(Pack z) {
        const Mask right = z > 0.0;
        const Pack q = smallest(splat(0.5), probability(-z));
        const Pair one_less = two_sum(splat(1.0), -q);
        const Pack p = probability(z);
        const Pack log = rounded(
            log_of_normal(select(right, one_less.high, p), where(right, one_less.low)));
        return select(is_nan(z), z, select(p == 0.0, splat(-infinity), log));
    }
    SOFTGRAD_INLINE static Pack log_slope(Pack z) {
        const Mask inside = absolute(z) < 3.0;
        return select(is_nan(z), z, where(inside, 1.0 / (3.0 + where(inside, z))));
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
