// |r - t|, with slope 0 at the kink.
#pragma once

#include "../stages/separable.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct AbsoluteError {
    static constexpr Form form = Form::output;
    static constexpr bool two_sided = false, needs_p = true, needs_q = true, needs_log = false;

    template <class P>
    SOFTGRAD_INLINE static Entry at(const Point& r, const double*) {
        const Pack d = r.minus_target();
        // 0 and NaN are their own signs.
        const Pack sign = select(d > 0.0, splat(1.0), select(d < 0.0, splat(-1.0), d));
        return {absolute(d), sign, 0.0 * sign};
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
