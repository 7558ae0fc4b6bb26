// r - t log r for counts t >= 0; by log r its derivatives are r - t and r.
#pragma once

#include "../stages/separable.hpp"
#include "../stages/true_class.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Poisson {
    static constexpr Form form = Form::log;
    static constexpr bool two_sided = false, needs_p = true, needs_q = false, needs_log = true;

    template <class P>
    SOFTGRAD_INLINE static Entry at(const Point& r, const double*) {
        return {r.p - counted(r.t, r.log), r.p - r.t, r.p};
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
