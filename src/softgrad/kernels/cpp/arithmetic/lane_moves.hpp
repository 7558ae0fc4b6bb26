// Numbers of one register that go to the lanes of another: what AVX-512 does in one instruction.
// Loops that live on them are worth it there alone.
#pragma once

#include "wide_float.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

#if defined(__AVX512F__)
inline constexpr bool moves_lanes = true;
#else
inline constexpr bool moves_lanes = false;
#endif

// In each lane the number of `from` in the lane whose number stands in the last bits of `lane`.
SOFTGRAD_INLINE WideFloat picked(WideFloat from, WideBits lane) {
#if defined(__AVX512F__)
    return (WideFloat)_mm512_permutexvar_ps((__m512i)lane, (__m512)from);
#else
    WideFloat found;
    for (Index l = 0; l < wide_lanes; ++l) found[l] = from[lane[l] % wide_lanes];
    return found;
#endif
}

// In each lane the number at this place.
SOFTGRAD_INLINE WideFloat gathered(const float* from, WideBits place) {
#if defined(__AVX512F__)
    return (WideFloat)_mm512_i32gather_ps((__m512i)place, from, sizeof(float));
#else
    WideFloat found;
    for (Index l = 0; l < wide_lanes; ++l) found[l] = from[place[l]];
    return found;
#endif
}

// x times two to the power of the largest integer that is not above n.
SOFTGRAD_INLINE WideFloat raised_by(WideFloat x, WideFloat n) {
#if defined(__AVX512F__)
    return (WideFloat)_mm512_scalef_ps((__m512)x, (__m512)n);
#else
    for (Index l = 0; l < wide_lanes; ++l) {
        const float power = largest(wide(-300.0f), smallest(wide(300.0f), n))[l];
        x[l] = __builtin_ldexpf(x[l], static_cast<int>(__builtin_floorf(power)));
    }
    return x;
#endif
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
