// 1 / x, in the brief precision without a divider where that is slow: AVX-512 divides eight numbers
// in the time of sixteen multiplications, but estimates their inverses in that of two.
#pragma once

#include "precision.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// To 2^-42, for finite x that is not subnormal.
SOFTGRAD_INLINE Pack brief_inverse(Pack x) {
#if defined(__AVX512F__)
    // From an estimate y with e = 1 - x y to y (1 + e + e^2), which is off by e^3 (Halley).
    const Pack y = (Pack)_mm512_rcp14_pd((__m512d)x);
    const Pack e = multiply_add(-x, y, splat(1.0));
    return multiply_add(y, multiply_add(e, e, e), y);
#else
    return 1.0 / x;
#endif
}

// a / b.
template <class P>
SOFTGRAD_INLINE Pack quotient(Pack a, Pack b) {
#if defined(__AVX512F__)
    if constexpr (!P::precise) return a * brief_inverse(b);
#endif
    return a / b;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
