// r - t log r for counts t >= 0; by log r its derivatives are r - t and r.
#pragma once

#include "../stages/separable.hpp"
#include "../stages/true_class.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Poisson {
    static constexpr Form form = Form::log;
    static constexpr bool two_sided = false, needs_p = true, needs_q = false, needs_log = true;
    static constexpr bool positive = true;

    template <class P>
    SOFTGRAD_INLINE static Entry at(const Point& r, const double*) {
        // At infinity the rate outgrows its logarithm.
        const Pack gain = where(~(r.p == infinity), counted(r.t, r.log));
        return {r.p - gain, r.p - r.t, r.p, r.t};
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
