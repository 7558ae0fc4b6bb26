// (r - t)^2.
#pragma once

#include "../stages/separable.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct SquaredError {
    static constexpr Form form = Form::output;
    static constexpr bool two_sided = false, needs_p = true, needs_q = true, needs_log = false;

    template <class P>
    SOFTGRAD_INLINE static Entry at(const Point& r, const double*) {
        const Pack difference = r.minus_target();
        return {difference * difference, 2.0 * difference, splat(2.0)};
    }

    static constexpr LossStages stages(const char* name) {
        LossStages made = Separable<SquaredError>::stages(name);
        made.is_squared_error = true;
        return made;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
