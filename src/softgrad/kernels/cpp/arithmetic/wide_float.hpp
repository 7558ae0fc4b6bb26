// A wide float: as many float32 numbers as one register holds, twice the lanes of a pack. For work
// on entries whose results are stored in float32 or less, where each is rounded a few times at
// most; long sums and logarithms are left to packs.
#pragma once

#include <type_traits>

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

SOFTGRAD_INLINE WideFloat square_root(WideFloat x) {
#if defined(__AVX512F__)
    return (WideFloat)_mm512_sqrt_ps((__m512)x);
#elif defined(__AVX2__)
    return (WideFloat)_mm256_sqrt_ps((__m256)x);
#elif defined(__SSE2__)
    return (WideFloat)_mm_sqrt_ps((__m128)x);
#elif defined(__aarch64__)
    return (WideFloat)vsqrtq_f32((float32x4_t)x);
#else
    for (Index l = 0; l < wide_lanes; ++l) x[l] = __builtin_sqrtf(x[l]);
    return x;
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

// As many numbers of 16 bits.
typedef std::uint16_t WideHalf __attribute__((vector_size(pack_bytes / 2)));

template <class T>
SOFTGRAD_INLINE WideFloat load_wide(const char* from) {
    if constexpr (std::is_same_v<T, float>) {
        return load_unaligned<WideFloat>(from);
    } else if constexpr (std::is_same_v<T, BFloat16>) {
        const auto bits = __builtin_convertvector(load_unaligned<WideHalf>(from), WideBits);
        return reinterpret_cast<WideFloat>(bits << 16);
    } else {
#if defined(__AVX512F__)
        return (WideFloat)_mm512_cvtph_ps(load_unaligned<__m256i>(from));
#else
        return joined(load_floats<T>(from), load_floats<T>(from + lanes * sizeof(T)));
#endif
    }
}

// The first `count` numbers of a vector, and zeros. (Masked where there are masks: a vector that is
// loaded from where its numbers were just stored one by one waits for them.)
template <class Vector>
SOFTGRAD_INLINE Vector load_some_numbers(const char* from, Index count) {
#if defined(__AVX512F__)
    const unsigned mask = (1u << count) - 1;
    if constexpr (sizeof(Vector) < 64) {
        return (Vector)_mm256_maskz_loadu_epi16(static_cast<__mmask16>(mask), from);
    } else if constexpr (std::is_same_v<Vector, Pack>) {
        return (Vector)_mm512_maskz_loadu_pd(static_cast<__mmask8>(mask), from);
    } else {
        return (Vector)_mm512_maskz_loadu_ps(static_cast<__mmask16>(mask), from);
    }
#else
    Vector x{};
    std::memcpy(&x, from, static_cast<std::size_t>(count) * sizeof x[0]);
    return x;
#endif
}
template <class T>
SOFTGRAD_INLINE WideFloat load_some_wide(const char* from, Index count) {
    if constexpr (std::is_same_v<T, float>) {
        return load_some_numbers<WideFloat>(from, count);
    } else {
        const WideHalf x = load_some_numbers<WideHalf>(from, count);
        return load_wide<T>(reinterpret_cast<const char*>(&x));
    }
}

// Rounded to nearest, ties to even, as `to_bfloat16`.
SOFTGRAD_INLINE WideHalf bfloat16_bits(WideFloat x) {
    const WideBits bits = reinterpret_cast<WideBits>(x);
    const WideBits up = bits + (0x7fff + ((bits >> 16) & 1)), quiet = bits | 0x400000;
    const WideBits rounded = (x != x ? quiet : up) >> 16;
#if defined(__AVX2__) && !defined(__AVX512F__)
    return (WideHalf)_mm_packus_epi32(_mm256_castsi256_si128((__m256i)rounded),
                                      _mm256_extracti128_si256((__m256i)rounded, 1));
#else
    return __builtin_convertvector(rounded, WideHalf);
#endif
}

SOFTGRAD_INLINE WideHalf float16_bits(WideFloat x) {
#if defined(__AVX512F__)
    return (WideHalf)_mm512_cvtps_ph((__m512)x, _MM_FROUND_TO_NEAREST_INT);
#elif defined(__F16C__)
    return (WideHalf)_mm256_cvtps_ph((__m256)x, _MM_FROUND_TO_NEAREST_INT);
#else
    WideHalf bits;
    for (Index l = 0; l < wide_lanes; ++l) bits[l] = to_float16(x[l]).bits;
    return bits;
#endif
}

// What is stored of a wide float.
template <class T>
SOFTGRAD_INLINE auto stored_wide(WideFloat x) {
    if constexpr (std::is_same_v<T, float>) {
        return x;
    } else if constexpr (std::is_same_v<T, BFloat16>) {
        return bfloat16_bits(x);
    } else {
        return float16_bits(x);
    }
}

// The first `count` numbers of a vector of T.
template <class T, class Stored>
SOFTGRAD_INLINE void store_some(char* to, Stored x, Index count) {
#if defined(__AVX512F__)
    const unsigned mask = (1u << count) - 1;
    if constexpr (sizeof(T) == 2) {
        return _mm256_mask_storeu_epi16(to, static_cast<__mmask16>(mask), (__m256i)x);
    } else if constexpr (sizeof(T) == 4) {
        return _mm512_mask_storeu_ps(to, static_cast<__mmask16>(mask), (__m512)x);
    } else {
        return _mm512_mask_storeu_pd(to, static_cast<__mmask8>(mask), (__m512d)x);
    }
#else
    std::memcpy(to, &x, static_cast<std::size_t>(count) * sizeof(T));
#endif
}

#undef SOFTGRAD_LOWER
#undef SOFTGRAD_UPPER

// Of numbers without NaN.
SOFTGRAD_INLINE float lane_maximum(WideFloat x) {
#if defined(__AVX512F__)
    return _mm512_reduce_max_ps((__m512)x);
#elif defined(__AVX2__)
    __m128 four =
        _mm_max_ps(_mm256_castps256_ps128((__m256)x), _mm256_extractf128_ps((__m256)x, 1));
    four = _mm_max_ps(four, _mm_movehl_ps(four, four));
    return _mm_max_ss(four, _mm_movehdup_ps(four))[0];
#endif
    float found = x[0];
    for (Index l = 1; l < wide_lanes; ++l) found = x[l] > found ? x[l] : found;
    return found;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
