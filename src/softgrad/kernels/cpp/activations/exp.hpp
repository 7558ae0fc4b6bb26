// exp z.
#pragma once

#include "../arithmetic/relative_entropy.hpp"
#include "../arithmetic/precision.hpp"
#include "../stages/element_wise.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Exp {
    static constexpr bool positive = true, has_potential = true, log_bends = false;

    template <class P>
    SOFTGRAD_INLINE static Pack value(Pack z, const double*) {
        return P::exp(z);
    }
    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double*) {
        return P::exp(z);
    }
    template <class P>
    SOFTGRAD_INLINE static Pack second(Pack z, const double*) {
        return P::exp(z);
    }
    // z itself: slope 1, no curvature.
    template <class P>
    SOFTGRAD_INLINE static Pack log_value(Pack z, const double*) {
        return z;
    }
    template <class P>
    SOFTGRAD_INLINE static Pack log_first(Pack z, const double*) {
        return select(is_nan(z), z, splat(1.0));
    }
    template <class P>
    SOFTGRAD_INLINE static Pack log_second(Pack z, const double*) {
        return where(is_nan(z), z);
    }
    // t log(t / exp z) - t + exp z; infinite for t < 0.
    template <class P>
    SOFTGRAD_INLINE static Pack excess(Pack z, Pack t, const double*) {
        const Pack p = P::exp(z);
        const Mask infinite = (t < 0.0) | (z == infinity);
        return select(infinite, splat(infinity), relative_entropy_term(t, p, z, t - p));
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
