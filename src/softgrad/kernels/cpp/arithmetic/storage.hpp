// How numbers are stored: float64, float32, float16 and bfloat16, read into packs of doubles and
// rounded once when they are written (the 16-bit ones through float32, as the conventions say).
#pragma once

#include "pack.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Float16 {
    std::uint16_t bits;
};
struct BFloat16 {
    std::uint16_t bits;
};

typedef std::uint16_t HalfPack __attribute__((vector_size(pack_bytes / 4)));
typedef std::uint32_t FloatBitsPack __attribute__((vector_size(pack_bytes / 2)));

template <class To, class From>
SOFTGRAD_INLINE To reinterpret_bits(From from) {
    static_assert(sizeof(To) == sizeof(From));
    To to;
    std::memcpy(&to, &from, sizeof to);
    return to;
}

SOFTGRAD_INLINE float to_float(BFloat16 x) {
    return reinterpret_bits<float>(static_cast<std::uint32_t>(x.bits) << 16);
}

SOFTGRAD_INLINE float to_float(Float16 x) {
    const std::uint32_t sign = static_cast<std::uint32_t>(x.bits & 0x8000) << 16;
    const std::uint32_t rest = static_cast<std::uint32_t>(x.bits & 0x7fff);
    // Shifted into place the exponent is 112 too small; a multiplication mends normal and subnormal
    // numbers alike, and infinity and NaN are the largest exponents.
    const float scaled = reinterpret_bits<float>(rest << 13) * 0x1p112f;
    const std::uint32_t special = rest >= 0x7c00 ? 0x7f800000u : 0u;
    return reinterpret_bits<float>(reinterpret_bits<std::uint32_t>(scaled) | special | sign);
}

SOFTGRAD_INLINE BFloat16 to_bfloat16(float x) {
    const std::uint32_t bits = reinterpret_bits<std::uint32_t>(x);
    if (x != x) return {static_cast<std::uint16_t>((bits >> 16) | 0x40)};
    return {static_cast<std::uint16_t>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16)};
}

SOFTGRAD_INLINE Float16 to_float16(float x) {
    const std::uint32_t bits = reinterpret_bits<std::uint32_t>(x);
    const std::uint16_t sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000);
    const std::uint32_t size = bits & 0x7fffffff;
    std::uint16_t rest;
    if (size > 0x7f800000) {
        rest = 0x7e00;  // NaN
    } else if (size >= 0x477ff000) {
        rest = 0x7c00;  // rounds to infinity
    } else if (size < 0x38800000) {
        // Subnormal: adding 0.5 leaves the digits that float16 has in the low bits, rounded.
        const float magic = reinterpret_bits<float>(size) + 0.5f;
        rest = static_cast<std::uint16_t>(reinterpret_bits<std::uint32_t>(magic) - 0x3f000000);
    } else {
        rest = static_cast<std::uint16_t>((size - 0x38000000 + 0xfff + ((size >> 13) & 1)) >> 13);
    }
    return {static_cast<std::uint16_t>(sign | rest)};
}

SOFTGRAD_INLINE double to_double(double x) { return x; }
SOFTGRAD_INLINE double to_double(float x) { return static_cast<double>(x); }
SOFTGRAD_INLINE double to_double(Float16 x) { return static_cast<double>(to_float(x)); }
SOFTGRAD_INLINE double to_double(BFloat16 x) { return static_cast<double>(to_float(x)); }

template <class T>
SOFTGRAD_INLINE T from_double(double x);
template <>
SOFTGRAD_INLINE double from_double<double>(double x) {
    return x;
}
template <>
SOFTGRAD_INLINE float from_double<float>(double x) {
    return static_cast<float>(x);
}
template <>
SOFTGRAD_INLINE Float16 from_double<Float16>(double x) {
    return to_float16(static_cast<float>(x));
}
template <>
SOFTGRAD_INLINE BFloat16 from_double<BFloat16>(double x) {
    return to_bfloat16(static_cast<float>(x));
}

// One number anywhere, aligned or not.
template <class T>
SOFTGRAD_INLINE double load_one(const char* from) {
    T x;
    std::memcpy(&x, from, sizeof x);
    return to_double(x);
}
template <class T>
SOFTGRAD_INLINE void store_one(char* to, double value) {
    const T x = from_double<T>(value);
    std::memcpy(to, &x, sizeof x);
}

// By intrinsics: GCC converts such vectors half by half.
SOFTGRAD_INLINE Pack widened(FloatPack x) {
#if defined(__AVX512F__)
    return (Pack)_mm512_cvtps_pd((__m256)x);
#elif defined(__AVX2__)
    return (Pack)_mm256_cvtps_pd((__m128)x);
#else
    return __builtin_convertvector(x, Pack);
#endif
}
SOFTGRAD_INLINE FloatPack narrowed(Pack x) {
#if defined(__AVX512F__)
    return (FloatPack)_mm512_cvtpd_ps((__m512d)x);
#elif defined(__AVX2__)
    return (FloatPack)_mm256_cvtpd_ps((__m256d)x);
#else
    return __builtin_convertvector(x, FloatPack);
#endif
}

// `lanes` numbers that stand next to each other, as float32 where that is exact.
template <class T>
SOFTGRAD_INLINE FloatPack load_floats(const char* from) {
    static_assert(sizeof(T) <= sizeof(float));
    if constexpr (sizeof(T) == sizeof(float)) {
        return load_unaligned<FloatPack>(from);
    } else {
        FloatPack x;
        for (Index l = 0; l < lanes; ++l) {
            x[l] = to_float(load_unaligned<T>(from + l * static_cast<Index>(sizeof(T))));
        }
        return x;
    }
}
template <class T>
SOFTGRAD_INLINE void store_floats(char* to, FloatPack x) {
    if constexpr (sizeof(T) == sizeof(float)) {
        store_unaligned(to, x);
    } else {
        for (Index l = 0; l < lanes; ++l) {
            store_one<T>(to + l * static_cast<Index>(sizeof(T)), static_cast<double>(x[l]));
        }
    }
}

template <class T>
SOFTGRAD_INLINE Pack load_pack(const char* from) {
    if constexpr (sizeof(T) == sizeof(double)) {
        return load_unaligned<Pack>(from);
    } else {
        return widened(load_floats<T>(from));
    }
}
template <class T>
SOFTGRAD_INLINE void store_pack(char* to, Pack x) {
    if constexpr (sizeof(T) == sizeof(double)) {
        store_unaligned(to, x);
    } else {
        store_floats<T>(to, narrowed(x));
    }
}

#if defined(__F16C__)
template <>
SOFTGRAD_INLINE FloatPack load_floats<Float16>(const char* from) {
#if defined(__AVX512F__)
    return (FloatPack)_mm256_cvtph_ps(load_unaligned<__m128i>(from));
#else
    return (FloatPack)_mm_cvtph_ps(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)));
#endif
}
template <>
SOFTGRAD_INLINE void store_floats<Float16>(char* to, FloatPack x) {
#if defined(__AVX512F__)
    store_unaligned(to, _mm256_cvtps_ph((__m256)x, _MM_FROUND_TO_NEAREST_INT));
#else
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to),
                     _mm_cvtps_ph((__m128)x, _MM_FROUND_TO_NEAREST_INT));
#endif
}
#endif

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
