// z clipped to [low, high]; at both kinks the derivative is 0.
#pragma once

#include "../stages/element_wise.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct HardTanh {
    static constexpr bool positive = false, has_potential = true;

    template <class P>
    SOFTGRAD_INLINE static Pack value(Pack z, const double* parameters) {
        return smallest(splat(parameters[1]), largest(splat(parameters[0]), z));
    }
    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double* parameters) {
        const Mask inside = (z > parameters[0]) & (z < parameters[1]);
        return select(is_nan(z), z, where(inside, splat(1.0)));
    }
    template <class P>
    SOFTGRAD_INLINE static Pack second(Pack z, const double*) {
        return where(is_nan(z), z);
    }
    // (a - t)^2 / 2 + |z - a| |a - t|; infinite for t beyond an end.
    template <class P>
    SOFTGRAD_INLINE static Pack excess(Pack z, Pack t, const double* parameters) {
        const Pack a = value<P>(z, parameters);
        const Pack gap = absolute(a - t);
        const Pack outside = select(z == a, Pack{}, absolute(z - a));
        const Pack tail = where(~((outside == 0.0) | (gap == 0.0)), outside * gap);
        const Mask beyond = (t < parameters[0]) | (t > parameters[1]);
        return select(beyond, splat(infinity), 0.5 * gap * gap + tail);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
