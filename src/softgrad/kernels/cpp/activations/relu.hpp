// max(0, z); at the kink 0 the derivative is 0.
#pragma once

#include "../stages/element_wise.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct ReLU {
    static constexpr bool positive = false, has_potential = true;

    template <class P>
    SOFTGRAD_INLINE static Pack value(Pack z, const double*) {
        return where(~(z <= 0.0), z);
    }
    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double*) {
        return select(is_nan(z), z, where(z > 0.0, splat(1.0)));
    }
    template <class P>
    SOFTGRAD_INLINE static Pack second(Pack z, const double*) {
        return where(is_nan(z), z);
    }
    // (max(0, z) - t)^2 / 2 + t max(0, -z); infinite for t < 0.
    template <class P>
    SOFTGRAD_INLINE static Pack excess(Pack z, Pack t, const double* parameters) {
        const Pack difference = value<P>(z, parameters) - t;
        const Pack below = where(~((t == 0.0) | (z > 0.0)), -t * z);
        return select(t < 0.0, splat(infinity), 0.5 * difference * difference + below);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
