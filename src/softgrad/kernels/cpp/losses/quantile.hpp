// (1 - tau) d for d = r - t > 0, tau |d| for d < 0, with slope 0 at the kink.
#pragma once

#include "../stages/separable.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Quantile {
    static constexpr Form form = Form::output;
    static constexpr bool two_sided = false, needs_p = true, needs_q = true, needs_log = false;

    template <class P>
    SOFTGRAD_INLINE static Entry at(const Point& r, const double* parameters) {
        const double below = -parameters[0], above = 1.0 - parameters[0];
        const Pack d = r.minus_target();
        // 0 and NaN are their own slopes.
        const Pack slope = select(d > 0.0, splat(above), select(d < 0.0, splat(below), d));
        return {select(d > 0.0, above * d, below * d), slope, 0.0 * slope};
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
