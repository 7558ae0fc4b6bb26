// x - sin x for |x| <= pi, without cancellation near 0.
#pragma once

#include "polynomial.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace sine_constants {
// (x - sin x) / x^3 in x^2, to 2^-57.6 (Lawson's iteration at 60 digits).
inline constexpr double tail[] = {
    0x1.5555555555555p-3,  -0x1.1111111111109p-7,  0x1.a01a01a01994cp-13, -0x1.71de3a554a35fp-19,
    0x1.ae64567455236p-26, -0x1.61245f30eb169p-33, 0x1.ae7ec84f665ddp-41, -0x1.951bd62198a35p-49,
    0x1.2dddb73d54203p-57, -0x1.4eec47b03fb48p-66,
};
}  // namespace sine_constants

SOFTGRAD_INLINE Pack less_sine(Pack x) {
    const Pack square = x * x;
    return x * square * polynomial(square, sine_constants::tail);
}

// sin x for |x| <= pi.
SOFTGRAD_INLINE Pack sine(Pack x) { return x - less_sine(x); }

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
