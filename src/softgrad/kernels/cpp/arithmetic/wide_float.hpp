// A wide float: as many float32 numbers as one register holds, twice the lanes of a pack. For
// exponentials whose results are stored in float32 or less; what is summed up, divided or taken
// the logarithm of is done in packs.
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

// Past the caches, for output that is larger than they are: it need not be read first. To an
// address that is a multiple of 16.
SOFTGRAD_INLINE void stream_wide(char* to, WideFloat x) {
#if defined(__SSE2__)
    __m128 part[sizeof(WideFloat) / 16];
    std::memcpy(part, &x, sizeof x);
    for (std::size_t i = 0; i < sizeof(WideFloat) / 16; ++i) {
        _mm_stream_ps(reinterpret_cast<float*>(to) + 4 * i, part[i]);
    }
#else
    store_unaligned(to, x);
#endif
}

// Makes what was streamed visible to other threads before what is written next.
SOFTGRAD_INLINE void finish_streams() {
#if defined(__SSE2__)
    _mm_sfence();
#endif
}

SOFTGRAD_INLINE float lane_maximum(WideFloat x) {
    float found = x[0];
    for (Index l = 1; l < wide_lanes; ++l) found = x[l] > found || found != found ? x[l] : found;
    return found;
}

// 2^64 exp(x + low) for x <= 0, within 1.1 ULP of float32; what is made of it in the end is
// rounded to a subnormal number once. Reduction and fit as in exponential.hpp, to 2^-34.
inline constexpr float wide_raise = 0x1p64f;
SOFTGRAD_INLINE WideFloat wide_exponential(WideFloat x, WideFloat low) {
    // With the 64 in it, so that a NaN, whose lowest bits are 0, stays one.
    constexpr float log2_e = 0x1.715476p+0f, round_to_integer = 0x1.8p23f + 64.0f;
    constexpr float ln2_high = 0x1.62e8p-1f, ln2_low = -0x1.e8082ep-16f;  // n * ln2_high is exact
    x = largest(wide(-130.0f), x);  // 0 when all is done; NaN passes
    const WideFloat shifted = multiply_add(x, wide(log2_e), wide(round_to_integer));
    const WideFloat n = shifted - round_to_integer;
    const WideFloat reduced = multiply_add(n, wide(-ln2_high), x);
    const WideFloat r = multiply_add(n, wide(-ln2_low), reduced) + low;
    const WideFloat r2 = r * r;
    const WideFloat even = multiply_add(r2, wide(0x1.6d8ceep-10f), wide(0x1.55548ep-5f));
    const WideFloat odd = multiply_add(r2, wide(0x1.9f19e8p-13f), wide(0x1.111264p-7f));
    const WideFloat upper = multiply_add(odd, r, even);
    const WideFloat lower = multiply_add(wide(0x1.555554p-3f), r, wide(0.5f));
    const WideFloat mantissa = 1.0f + multiply_add(r2, multiply_add(upper, r2, lower), r);
    const WideBits power = reinterpret_cast<WideBits>(shifted) << 23;
    return reinterpret_cast<WideFloat>(reinterpret_cast<WideBits>(mantissa) + power);
}

// z - top with what rounding it lost; divided by a temperature that is not 1.
struct WidePair {
    WideFloat high;
    WideFloat low;
};
struct WideTemperature {
    float inverse_high;
    float inverse_low;
};
// (A temperature needs a fused multiply-add.)
template <bool is_one>
SOFTGRAD_INLINE WidePair wide_distance(WideFloat z, WideFloat top, WideTemperature t) {
    const WideFloat d = z - top, seen = d - z;
    const WideFloat low = (z - (d - seen)) - (top + seen);
    // -inf, or so far below that the exponential is 0: the error is NaN or unneeded.
    const WideMask near = d >= -256.0f;
    if constexpr (is_one) {
        return {d, reinterpret_cast<WideFloat>(reinterpret_cast<WideBits>(low) &
                                               reinterpret_cast<WideBits>(near))};
    } else {
        const WideFloat scaled = d * t.inverse_high;
        const WideFloat lost = multiply_add(d, wide(t.inverse_high), -scaled);
        const WideFloat rest = multiply_add(low, wide(t.inverse_high), d * t.inverse_low) + lost;
        const WideMask finite = scaled >= -256.0f;
        return {scaled, reinterpret_cast<WideFloat>(reinterpret_cast<WideBits>(rest) &
                                                    reinterpret_cast<WideBits>(finite & near))};
    }
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
