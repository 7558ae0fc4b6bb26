// z clipped to [-1, 1]; at the kinks -1 and 1 the derivative is 0.
#pragma once

#include "../stages/element_wise.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct HardTanh {
    static constexpr bool positive = false, has_potential = true;

    template <class P>
    SOFTGRAD_INLINE static Pack value(Pack z, const double*) {
        return smallest(splat(1.0), largest(splat(-1.0), z));
    }
    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double*) {
        return select(is_nan(z), z, where(absolute(z) < 1.0, splat(1.0)));
    }
    template <class P>
    SOFTGRAD_INLINE static Pack second(Pack z, const double*) {
        return where(is_nan(z), z);
    }
    // (a - t)^2 / 2 + |z - a| (1 - a t); infinite for |t| > 1.
    template <class P>
    SOFTGRAD_INLINE static Pack excess(Pack z, Pack t, const double* parameters) {
        const Pack a = value<P>(z, parameters);
        const Pack outside = select(z == a, Pack{}, absolute(z - a));
        const Pack lacking = select(z > 0.0, 1.0 - t, 1.0 + t);
        const Pack tail = where(~((outside == 0.0) | (lacking == 0.0)), outside * lacking);
        return select(absolute(t) > 1.0, splat(infinity), 0.5 * (a - t) * (a - t) + tail);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
