// z.
#pragma once

#include "../stages/element_wise.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Identity {
    static constexpr bool positive = false, has_potential = true;

    template <class P>
    SOFTGRAD_INLINE static Pack value(Pack z, const double*) {
        return z;
    }
    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double*) {
        return select(is_nan(z), z, splat(1.0));
    }
    template <class P>
    SOFTGRAD_INLINE static Pack second(Pack z, const double*) {
        return where(is_nan(z), z);
    }
    // (z - t)^2 / 2.
    template <class P>
    SOFTGRAD_INLINE static Pack excess(Pack z, Pack t, const double*) {
        return 0.5 * (z - t) * (z - t);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
