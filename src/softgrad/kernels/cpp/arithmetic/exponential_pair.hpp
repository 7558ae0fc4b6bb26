// exp(z) to about twice the precision, for functions that exponentiate it again.
//
// The rounding error of w = exp(z) is a factor exp(-low) of exp(-w), w / 2 units in the last place.
// With z = n ln 2 + 8 s, exp(s) - 1 is a short series with its first two terms exact, and squared
// three times as (1 + E)^2 - 1 = 2 E + E^2.
#pragma once

#include "exponential.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace exponential_constants {
// 1 / k! for k = 3, ..., 11.
inline constexpr double inverse_factorials[] = {
    1.0 / 6.0,     1.0 / 24.0,     1.0 / 120.0,     1.0 / 720.0,      1.0 / 5040.0,
    1.0 / 40320.0, 1.0 / 362880.0, 1.0 / 3628800.0, 1.0 / 39916800.0,
};
}  // namespace exponential_constants

// high + low = exp(z) to 2^-64, for |z| <= 700.
SOFTGRAD_INLINE Pair exponential_pair(Pack z) {
    using namespace exponential_constants;
    const Reduction<Pack> reduced(z);
    const Pair whole = two_sum(reduced.high(z), reduced.n() * -ln2_low);
    const Pack s = 0.125 * whole.high;
    const Pair square = two_product(s, s);
    const Pack cubic = s * square.high * polynomial(s, inverse_factorials);
    const Pack left_over = multiply_add(splat(0.125), whole.low * (1.0 + s), 0.5 * square.low);
    Pair e = renormalise(add(two_sum(s, 0.5 * square.high), left_over + cubic));
    for (int i = 0; i < 3; ++i) {
        const Pair of_high = two_product(e.high, e.high);
        const Pack of_both = multiply_add(2.0 * e.high, e.low, of_high.low);
        const Pair sum = two_sum(2.0 * e.high, of_high.high);
        e = renormalise({sum.high, sum.low + multiply_add(splat(2.0), e.low, of_both)});
    }
    const Pair found = renormalise(add(e, splat(1.0)));
    const Pack power = power_of_two<0>(reduced.shifted);
    return {power * found.high, power * found.low};
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
