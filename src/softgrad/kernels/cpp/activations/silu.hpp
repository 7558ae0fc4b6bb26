// z / (1 + exp(-beta z)).
//
// With y = beta z, p = 1 / (1 + exp(-y)) and q = 1 - p it is z p; its derivatives are
//     first   p (1 + y q); left of 0 p q (1 + y + exp y), for there 1 + y q rounds more
//     second  beta p q (2 - y tanh(y / 2)), where |tanh(y / 2)| is 1 less twice the smaller of p, q
#pragma once

#include "../arithmetic/logistic.hpp"
#include "../stages/element_wise.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct SiLU {
    static constexpr bool positive = false, has_potential = false;

    template <class P>
    SOFTGRAD_INLINE static Pack value(Pack z, const double* parameters) {
        const Pack x = largest(splat(-1e200), z);  // finite where p is 0
        if constexpr (P::precise) {
            const Pair y = scaled(z, parameters[0]);
            return select(z < infinity, logistic_times<P>(y.high, y.low, x), z);
        } else {
            const Pack odds = brief_exponential(bounded(z, parameters[0]));
            return quotient<P>(x * odds, 1.0 + odds);
        }
    }

    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double* parameters) {
        if constexpr (P::precise) {
            const Pair scale = scaled(z, parameters[0]);
            const Pack y = scale.high, low = scale.low;
            const Pack small = P::exp(smallest(Pack{}, y));
            const Pack bracket = (1.0 + y) + multiply_add(low, 1.0 + small, small);
            const Pack left = logistic_slope_times<P>(y, low, bracket);
            const Pack right = logistic_times<P>(y, low, 1.0 + y * logistic<P>(y).q);
            return select(y < 0.0, left, right);
        } else {
            const Pack y = bounded(z, parameters[0]);
            const Pack odds = brief_exponential(y), both = 1.0 + odds;
            return quotient<P>(odds * (both + y), both * both);
        }
    }

    template <class P>
    SOFTGRAD_INLINE static Pack second(Pack z, const double* parameters) {
        const double beta = parameters[0];
        const Pair y = scaled(z, beta);
        const Pack size = absolute(y.high), small = P::exp(-size);
        const Pack low = with_sign_of(splat(1.0), y.high) * y.low;
        const Pack less = multiply_add(2.0 * size, small / (1.0 + small), -low);
        const Pack bracket = beta * ((2.0 - size) + less);
        return logistic_slope_times<P>(y.high, y.low, bracket);
    }

private:
    // beta z, kept where exp is a number, and what that product rounded away.
    SOFTGRAD_INLINE static Pair scaled(Pack z, double beta) {
        const Pair y = two_product(z, splat(beta));
        const Pack inner = smallest(splat(1400.0), largest(splat(-1400.0), y.high));  // NaN passes
        return {inner, where(inner == y.high, y.low)};
    }
    // beta z within the range of `brief_exponential`; from 100 on p is 1.
    SOFTGRAD_INLINE static Pack bounded(Pack z, double beta) {
        return smallest(splat(100.0), largest(splat(-700.0), beta * z));
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
