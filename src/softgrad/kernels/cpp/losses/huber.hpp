// d^2 / 2 for d = r - t and |d| <= delta, delta (|d| - delta / 2) beyond it.
#pragma once

#include "../stages/separable.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Huber {
    static constexpr Form form = Form::output;
    static constexpr bool two_sided = false, needs_p = true, needs_q = true, needs_log = false;

    template <class P>
    SOFTGRAD_INLINE static Entry at(const Point& r, const double* parameters) {
        const Pack delta = splat(parameters[0]);
        const Pack d = r.minus_target(), size = absolute(d);
        const Pack inside = smallest(delta, size);
        const Pack slope = select(size > delta, with_sign_of(delta, d), d);
        // What rounding r - t lost decides near |d| = delta, where the second derivative jumps.
        const Pair exact = exact_difference(r.p, r.t);
        const Pack low = select(exact.high < 0.0, -exact.low, exact.low);
        const Pack beyond = (absolute(exact.high) - delta) + low;
        const Pack bend = select(beyond > 0.0, Pack{}, 1.0 + 0.0 * beyond);
        return {inside * (size - 0.5 * inside), slope, bend};
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
