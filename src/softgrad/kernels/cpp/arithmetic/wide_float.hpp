// A wide float: as many float32 numbers as one register holds, twice the lanes of a pack. For work
// on entries whose results are stored in float32 or less, where each is rounded a few times at
// most; long sums and logarithms are left to packs.
#pragma once

#include "error_free.hpp"
#include "storage.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

typedef float WideFloat __attribute__((vector_size(pack_bytes)));
typedef std::uint32_t WideBits __attribute__((vector_size(pack_bytes)));
using WideMask = decltype(WideFloat{} < WideFloat{});

inline constexpr Index wide_lanes = 2 * lanes;

SOFTGRAD_INLINE WideFloat wide(float x) { return WideFloat{} + x; }

// As in pack.hpp: where either is NaN, the second argument.
SOFTGRAD_INLINE WideFloat largest(WideFloat a, WideFloat b) {
#if defined(__AVX512F__)
    return (WideFloat)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
    return (WideFloat)_mm256_max_ps((__m256)a, (__m256)b);
#elif defined(__SSE2__)
    return (WideFloat)_mm_max_ps((__m128)a, (__m128)b);
#else
    return a > b ? a : b;
#endif
}

SOFTGRAD_INLINE WideFloat smallest(WideFloat a, WideFloat b) {
#if defined(__AVX512F__)
    return (WideFloat)_mm512_min_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
    return (WideFloat)_mm256_min_ps((__m256)a, (__m256)b);
#elif defined(__SSE2__)
    return (WideFloat)_mm_min_ps((__m128)a, (__m128)b);
#else
    return a < b ? a : b;
#endif
}

SOFTGRAD_INLINE bool any(WideMask mask) {
#if defined(__AVX512F__)
    return _mm512_test_epi32_mask((__m512i)mask, (__m512i)mask) != 0;
#elif defined(__AVX2__)
    return _mm256_movemask_ps((__m256)mask) != 0;
#elif defined(__SSE2__)
    return _mm_movemask_ps((__m128)mask) != 0;
#else
    for (Index l = 0; l < wide_lanes; ++l) {
        if (mask[l]) return true;
    }
    return false;
#endif
}

SOFTGRAD_INLINE WideFloat multiply_add(WideFloat a, WideFloat b, WideFloat c) {
#if defined(__AVX512F__)
    return (WideFloat)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__FMA__)
    return (WideFloat)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif defined(__aarch64__)
    return (WideFloat)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
    return a * b + c;
#endif
}

#if defined(__AVX512F__)
#define SOFTGRAD_LOWER 0, 1, 2, 3, 4, 5, 6, 7
#define SOFTGRAD_UPPER 8, 9, 10, 11, 12, 13, 14, 15
#elif defined(__AVX2__)
#define SOFTGRAD_LOWER 0, 1, 2, 3
#define SOFTGRAD_UPPER 4, 5, 6, 7
#else
#define SOFTGRAD_LOWER 0, 1
#define SOFTGRAD_UPPER 2, 3
#endif

// The two halves, also as packs, and back.
SOFTGRAD_INLINE FloatPack lower_floats(WideFloat x) {
    return __builtin_shufflevector(x, x, SOFTGRAD_LOWER);
}
SOFTGRAD_INLINE FloatPack upper_floats(WideFloat x) {
#if defined(__AVX2__) && !defined(__AVX512F__)
    return (FloatPack)_mm256_extractf128_ps((__m256)x, 1);  // GCC would permute
#endif
    return __builtin_shufflevector(x, x, SOFTGRAD_UPPER);
}
SOFTGRAD_INLINE Pack lower_half(WideFloat x) { return widened(lower_floats(x)); }
SOFTGRAD_INLINE Pack upper_half(WideFloat x) { return widened(upper_floats(x)); }
SOFTGRAD_INLINE WideFloat joined(FloatPack low, FloatPack high) {
    return __builtin_shufflevector(low, high, SOFTGRAD_LOWER, SOFTGRAD_UPPER);
}
SOFTGRAD_INLINE WideFloat joined(Pack low, Pack high) {
    return joined(narrowed(low), narrowed(high));
}

template <class T>
SOFTGRAD_INLINE WideFloat load_wide(const char* from) {
    if constexpr (sizeof(T) == sizeof(float)) {
        return load_unaligned<WideFloat>(from);
    } else {
        return joined(load_floats<T>(from), load_floats<T>(from + lanes * sizeof(T)));
    }
}
template <class T>
SOFTGRAD_INLINE void store_wide(char* to, WideFloat x) {
    if constexpr (sizeof(T) == sizeof(float)) {
        store_unaligned(to, x);
    } else {
        store_floats<T>(to, lower_floats(x));
        store_floats<T>(to + lanes * sizeof(T), upper_floats(x));
    }
}

#undef SOFTGRAD_LOWER
#undef SOFTGRAD_UPPER

SOFTGRAD_INLINE float lane_maximum(WideFloat x) {
    float found = x[0];
    for (Index l = 1; l < wide_lanes; ++l) found = x[l] > found || found != found ? x[l] : found;
    return found;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
