// delta^2 (s - 1) = d^2 / (1 + s) with s = sqrt(1 + (d / delta)^2) and d = r - t; its derivatives
// are d / s and 1 / s^3.
#pragma once

#include "../stages/separable.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct PseudoHuber {
    static constexpr Form form = Form::output;
    static constexpr bool two_sided = false, needs_p = true, needs_q = true, needs_log = false;

    template <class P>
    SOFTGRAD_INLINE static Entry at(const Point& r, const double* parameters) {
        const Pack d = r.minus_target(), size = absolute(d);
        const Pack x = size / parameters[0];
        // Where x^2 could overflow, s is x.
        const Pack s = select(x > 0x1p500, x, square_root(multiply_add(x, x, splat(1.0))));
        const Pack inverse = 1.0 / s;
        const Pack delta = splat(parameters[0]);
        const Mask far = size == infinity;
        const Pack share = select(far, delta, size / (1.0 + s));
        const Pack slope = select(far, with_sign_of(delta, d), d / s);
        return {size * share, slope, inverse * inverse * inverse};
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
