// z for z >= 0, slope z below; at the kink 0 the derivative is the smaller of 1 and slope.
#pragma once

#include "../stages/element_wise.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct LeakyReLU {
    static constexpr bool positive = false, has_potential = true;

    template <class P>
    SOFTGRAD_INLINE static Pack value(Pack z, const double* parameters) {
        const double slope = parameters[0];
        return select(z < 0.0, slope == 0.0 ? Pack{} : slope * z, z);
    }
    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double* parameters) {
        const double slope = parameters[0];
        const Pack left = select(z < 0.0, splat(slope), splat(slope < 1.0 ? slope : 1.0));
        return select(is_nan(z), z, select(z > 0.0, splat(1.0), left));
    }
    template <class P>
    SOFTGRAD_INLINE static Pack second(Pack z, const double*) {
        return where(is_nan(z), z);
    }
    // (a - t)^2 / (2 slope there); on two sides of 0 potential, conjugate and -t z.
    template <class P>
    SOFTGRAD_INLINE static Pack excess(Pack z, Pack t, const double* parameters) {
        const double slope = parameters[0];
        const Pack a = value<P>(z, parameters);
        const Pack difference = a - t;
        const Pack rise = select((z < 0.0) | (t < 0.0), splat(slope), splat(1.0));
        // At slope 0, where the potential is flat and a target < 0 is out of reach, 0 / 0 is met.
        const Pack same =
            select(difference == 0.0, Pack{}, 0.5 * difference * (difference / rise));
        const Pack of_z = select(a == 0.0, Pack{}, 0.5 * z * a);
        const Pack of_t = 0.5 * t * select(t < 0.0, t / slope, t);
        const Mask opposite = ((z > 0.0) & (t < 0.0)) | ((z < 0.0) & (t > 0.0));
        return select(opposite, of_z + of_t - t * z, same);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
