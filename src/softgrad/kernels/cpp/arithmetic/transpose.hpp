// lanes x lanes numbers, rows to columns. The same code transposes for every width of pack.
#pragma once

#include "pack.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

#if defined(__AVX512F__)
#define SOFTGRAD_SHUFFLE_LOW 0, 8, 1, 9, 2, 10, 3, 11
#define SOFTGRAD_SHUFFLE_HIGH 4, 12, 5, 13, 6, 14, 7, 15
#elif defined(__AVX2__)
#define SOFTGRAD_SHUFFLE_LOW 0, 4, 1, 5
#define SOFTGRAD_SHUFFLE_HIGH 2, 6, 3, 7
#else
#define SOFTGRAD_SHUFFLE_LOW 0, 2
#define SOFTGRAD_SHUFFLE_HIGH 1, 3
#endif

// Interleaving row i with row i + lanes / 2, log2(lanes) times over, is a transposition: each round
// moves one bit of the row's number into the lane's.
template <class Vector>
SOFTGRAD_INLINE void transpose(Vector (&x)[lanes]) {
    constexpr Index half = lanes / 2;
    for (Index round = 1; round < lanes; round *= 2) {
        Vector mixed[lanes];
        for (Index i = 0; i < half; ++i) {
            mixed[2 * i] = __builtin_shufflevector(x[i], x[i + half], SOFTGRAD_SHUFFLE_LOW);
            mixed[2 * i + 1] = __builtin_shufflevector(x[i], x[i + half], SOFTGRAD_SHUFFLE_HIGH);
        }
        for (Index i = 0; i < lanes; ++i) x[i] = mixed[i];
    }
}

#if defined(__AVX2__) && !defined(__AVX512F__)
// Four doubles: interleaving would cross the halves of a register twice.
template <>
SOFTGRAD_INLINE void transpose<Pack>(Pack (&x)[lanes]) {
    const Pack a = __builtin_shufflevector(x[0], x[1], 0, 4, 2, 6);
    const Pack b = __builtin_shufflevector(x[0], x[1], 1, 5, 3, 7);
    const Pack c = __builtin_shufflevector(x[2], x[3], 0, 4, 2, 6);
    const Pack d = __builtin_shufflevector(x[2], x[3], 1, 5, 3, 7);
    x[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
    x[1] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
    x[2] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
    x[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}
#endif

#undef SOFTGRAD_SHUFFLE_LOW
#undef SOFTGRAD_SHUFFLE_HIGH

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
