// exp(x) - 1 without cancellation.
//
// With x = n ln 2 + r as in exponential.hpp it is 2^n ((exp(r) - 1) + (1 - 2^-n)); 1 - 2^-n is
// exact where it matters, and 0 for n = 0, where the result is exp(r) - 1 = r + r^2 P(r) itself.
#pragma once

#include "precision.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace exponential_constants {
// (exp(r) - 1) / r to the relative error of exp(r) - 1: 2^-32 for |r| <= ln(2) / 2 (Lawson's
// iteration at 50 digits).
inline constexpr double brief_minus_one[] = {
    1.0,
    0x1.00000025fb6fcp-1,
    0x1.555554f0c0987p-3,
    0x1.5554b12302d91p-5,
    0x1.111187a45edf3p-7,
    0x1.6d71fabdac7dfp-10,
    0x1.a035244d527b4p-13,
};
}  // namespace exponential_constants

// exp(x + low) - 1 within 0.95 ULP; the sign of a zero is that of x.
SOFTGRAD_INLINE Pack exponential_minus_one(Pack x, Pack low = Pack{}) {
    using namespace exponential_constants;
    const Pack inside = smallest(splat(710.0), largest(splat(-50.0), x));  // NaN passes
    const Reduction<Pack> e(inside);
    const Pack r = e.r, r_low = e.low(inside) + low;
    const Pack rest = r * r * polynomial(r, precise);
    const Pack bend = multiply_add(r_low, 1.0 + (r + rest), rest);

    // 1 - 2^-n is 1 long before 2^-n leaves the range of numbers.
    const Pack inverse = power_of_two<0>(round_to_integer - smallest(splat(60.0), e.n()));
    const Pair sum = two_sum(1.0 - inverse, r);
    // Doubled first, for 2^1024 is no number.
    const Pack twice = 2.0 * (sum.high + (sum.low + bend));
    return with_sign_of(twice * power_of_two<-1>(e.shifted), x);
}

// exp(x) - 1 to 2^-32, for |x| <= 700.
SOFTGRAD_INLINE Pack brief_exponential_minus_one(Pack x) {
    using namespace exponential_constants;
    const BriefReduction e(x);
    const Pack power = power_of_two<0>(e.shifted);
    return multiply_add(power, e.r * polynomial(e.r, brief_minus_one), power - 1.0);
}

// As the precision wants it: `low` is the rounding error of x, which float32 never shows.
template <class P>
SOFTGRAD_INLINE Pack exponential_minus_one(Pack x, Pack low = Pack{}) {
    if constexpr (P::precise) return exponential_minus_one(x, low);
    return brief_exponential_minus_one(smallest(splat(700.0), largest(splat(-700.0), x)));
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
