// log cosh d with d = r - t; its derivatives are tanh d and 1 / cosh(d)^2.
//
// All of them come from e = exp(-2 |d|) and m = e - 1: tanh |d| = -m / (1 + e), its derivative
// 4 e / (1 + e)^2, and log cosh d = log(1 + sinh(d)^2) / 2 = log(1 + m^2 / (4 e)) / 2 near 0,
// |d| + log(1 + e) - log 2 far from it.
#pragma once

#include "../arithmetic/logistic.hpp"
#include "../stages/separable.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct LogCosh {
    static constexpr Form form = Form::output;
    static constexpr bool two_sided = false, needs_p = true, needs_q = true, needs_log = false;

    template <class P>
    SOFTGRAD_INLINE static Entry at(const Point& r, const double*) {
        const Pack d = r.minus_target(), size = absolute(d);
        const Pack e = P::exp(-2.0 * size), m = exponential_minus_one<P>(-2.0 * size);
        const Pack both = 1.0 + e;
        const Pack slope = with_sign_of(m / both, d);
        const Pack bend = 4.0 * e / (both * both);

        const Mask near = size < 0.88;  // sinh is less than 1
        const Pack square = m * m / select(near, 4.0 * e, splat(1.0));
        const Pack log = log_one_plus_part<P>(select(near, square, e));
        const Pack far = size + (log - logistic_constants::log_2);
        return {select(near, 0.5 * log, far), slope, bend};
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
