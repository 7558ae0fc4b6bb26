// The Mills ratio of the normal distribution, Phi(-a) / phi(a) for a >= 0, in two forms:
//
//     mills_excess(a)   g = phi(a) / Phi(-a) - a: how far the inverse ratio is above its asymptote
//     tail_ratio(a)     Phi(-a) exp(a^2 / 2), so that the tail is this times a Gaussian
//
// g is a rational function N / D with positive coefficients, right to 4.4e-17 on [0, 1000]
// (tools/fit_special.py); then tail_ratio is D / (a D + N) / sqrt(2 pi), where an error of g counts
// the less the further out it is.
#pragma once

#include "polynomial.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace normal_constants {
inline constexpr double excess_over[] = {
    32195829.02102961, 49004416.5733895,  37682868.876795016, 18974418.35478237,
    6881100.780669012, 1876130.694664456, 391284.4692939721,  62387.900753065995,
    7464.937145385555, 641.0188385144452, 35.82006595457483,  1.0,
};
inline constexpr double excess_under[] = {
    40351487.674649075,
    79795189.0256473,
    78056750.38278586,
    49396043.652926005,
    22378861.9288739,
    7620384.511757637,
    1997102.3838356466,
    405999.42317652365,
    63663.93843024334,
    7536.57727729364,
    643.0188385144492,
    35.82006595457482,
    1.0,
};
inline constexpr double inverse_root_2_pi = 0x1.9884533d43651p-2;
}  // namespace normal_constants

// For a >= 0 to 7 ULP, which matters little in the sum a + g.
SOFTGRAD_INLINE Pack mills_excess(Pack a) {
    using namespace normal_constants;
    // Far out it is the asymptotic series 1/a - 2/a^3 + 10/a^5 (DLMF 7.12.1).
    const Mask far = a > 1e3;
    const Pack over = select(far, splat(1.0), polynomial(a, excess_over));
    const Pack quotient = over / select(far, a, polynomial(a, excess_under));
    const Pack square = quotient * quotient;
    return select(far, quotient * (1.0 - square * (2.0 - 10.0 * square)), quotient);
}

// For 0 <= a <= 50.
SOFTGRAD_INLINE Pack tail_ratio(Pack a) {
    using namespace normal_constants;
    const Pack under = polynomial(a, excess_under);
    return inverse_root_2_pi * under / multiply_add(a, under, polynomial(a, excess_over));
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
