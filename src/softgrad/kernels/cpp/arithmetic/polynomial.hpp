// Polynomials with constant coefficients, by Horner's scheme unrolled by the compiler's front end.
#pragma once

#include "pack.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// c[I] + x c[I + 1] + ... up to c[N - 1].
template <int I = 0, int N>
SOFTGRAD_INLINE Pack polynomial(Pack x, const double (&c)[N]) {
    if constexpr (I == N - 1) {
        return splat(c[I]);
    } else {
        return multiply_add(polynomial<I + 1>(x, c), x, splat(c[I]));
    }
}

// The same for eight coefficients by Estrin's scheme: two multiplications more, half the latency.
// Where many evaluations wait for each other's results, that is what limits them.
SOFTGRAD_INLINE Pack short_polynomial(Pack x, const double (&c)[8]) {
    const Pack x2 = x * x;
    const Pack low = multiply_add(multiply_add(x, splat(c[3]), splat(c[2])), x2,
                                  multiply_add(x, splat(c[1]), splat(c[0])));
    const Pack high = multiply_add(multiply_add(x, splat(c[7]), splat(c[6])), x2,
                                   multiply_add(x, splat(c[5]), splat(c[4])));
    return multiply_add(high, x2 * x2, low);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
