// A pack: as many doubles as one register of the instruction set holds, with the operators of the
// compilers' vector extensions (+ - * / comparisons, and mask ? a : b).
//
// All arithmetic of the kernels is in double precision. For float32, float16 and bfloat16 that
// makes sums, differences and logarithms exact enough without any compensation, at the cost of a
// compensated float32 formula; for float64 the two-number sums of error_free.hpp do the same.
#pragma once

#include "platform.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

typedef double Pack __attribute__((vector_size(pack_bytes)));
typedef float FloatPack __attribute__((vector_size(pack_bytes / 2)));
typedef std::uint64_t BitsPack __attribute__((vector_size(pack_bytes)));
// What a comparison gives: all bits of a lane, or none.
using Mask = decltype(Pack{} < Pack{});

inline constexpr Index lanes = pack_bytes / static_cast<Index>(sizeof(double));

SOFTGRAD_INLINE Pack splat(double x) { return Pack{} + x; }

SOFTGRAD_INLINE Mask no_lanes() { return Mask{}; }
SOFTGRAD_INLINE Mask all_lanes() { return ~Mask{}; }

// 0, 1, 2, ...
SOFTGRAD_INLINE Pack lane_numbers() {
    Pack numbers;
    for (Index l = 0; l < lanes; ++l) numbers[l] = static_cast<double>(l);
    return numbers;
}

SOFTGRAD_INLINE BitsPack bits_of(Pack x) { return reinterpret_cast<BitsPack>(x); }
SOFTGRAD_INLINE Pack pack_of(BitsPack x) { return reinterpret_cast<Pack>(x); }
SOFTGRAD_INLINE BitsPack splat_bits(std::uint64_t x) { return BitsPack{} + x; }

SOFTGRAD_INLINE Pack select(Mask mask, Pack yes, Pack no) { return mask ? yes : no; }
// 0 where the mask is off, whatever x is there.
SOFTGRAD_INLINE Pack where(Mask mask, Pack x) {
    return pack_of(bits_of(x) & reinterpret_cast<BitsPack>(mask));
}
SOFTGRAD_INLINE Mask is_nan(Pack x) { return x != x; }

SOFTGRAD_INLINE bool any(Mask mask) {
#if defined(__AVX512F__)
    return _mm512_test_epi64_mask((__m512i)mask, (__m512i)mask) != 0;
#elif defined(__AVX2__)
    return _mm256_movemask_pd((__m256d)mask) != 0;
#elif defined(__SSE2__)
    return _mm_movemask_pd((__m128d)mask) != 0;
#else
    for (Index l = 0; l < lanes; ++l) {
        if (mask[l]) return true;
    }
    return false;
#endif
}

SOFTGRAD_INLINE Pack absolute(Pack x) {
    return pack_of(bits_of(x) & splat_bits(0x7fffffffffffffffULL));
}
SOFTGRAD_INLINE Pack with_sign_of(Pack size, Pack sign) {
    const BitsPack sign_bit = splat_bits(0x8000000000000000ULL);
    return pack_of((bits_of(size) & ~sign_bit) | (bits_of(sign) & sign_bit));
}

// Where either is NaN, the second argument: x86's own rule, so that it is one instruction there.
// `largest(bound, x)` lets a NaN in x pass; `largest(x, so_far)` ignores it.
SOFTGRAD_INLINE Pack largest(Pack a, Pack b) {
#if defined(__AVX512F__)
    return (Pack)_mm512_max_pd((__m512d)a, (__m512d)b);
#elif defined(__AVX2__)
    return (Pack)_mm256_max_pd((__m256d)a, (__m256d)b);
#elif defined(__SSE2__)
    return (Pack)_mm_max_pd((__m128d)a, (__m128d)b);
#else
    return a > b ? a : b;
#endif
}
SOFTGRAD_INLINE Pack smallest(Pack a, Pack b) {
#if defined(__AVX512F__)
    return (Pack)_mm512_min_pd((__m512d)a, (__m512d)b);
#elif defined(__AVX2__)
    return (Pack)_mm256_min_pd((__m256d)a, (__m256d)b);
#elif defined(__SSE2__)
    return (Pack)_mm_min_pd((__m128d)a, (__m128d)b);
#else
    return a < b ? a : b;
#endif
}

// a * b + c: rounded once where the instruction set can, twice elsewhere.
SOFTGRAD_INLINE Pack multiply_add(Pack a, Pack b, Pack c) {
#if defined(__AVX512F__)
    return (Pack)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif defined(__FMA__)
    return (Pack)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#elif defined(__aarch64__)
    return (Pack)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
#else
    return a * b + c;
#endif
}

SOFTGRAD_INLINE Pack square_root(Pack x) {
#if defined(__AVX512F__)
    return (Pack)_mm512_sqrt_pd((__m512d)x);
#elif defined(__AVX2__)
    return (Pack)_mm256_sqrt_pd((__m256d)x);
#elif defined(__SSE2__)
    return (Pack)_mm_sqrt_pd((__m128d)x);
#elif defined(__aarch64__)
    return (Pack)vsqrtq_f64((float64x2_t)x);
#else
    for (Index l = 0; l < lanes; ++l) x[l] = __builtin_sqrt(x[l]);
    return x;
#endif
}

template <class Vector>
SOFTGRAD_INLINE Vector load_unaligned(const void* from) {
    Vector x;
    std::memcpy(&x, from, sizeof x);
    return x;
}
template <class Vector>
SOFTGRAD_INLINE void store_unaligned(void* to, Vector x) {
    std::memcpy(to, &x, sizeof x);
}

// Across the lanes of one pack, in a fixed order.
SOFTGRAD_INLINE double lane_sum(Pack x) {
#if defined(__AVX512F__)
    return _mm512_reduce_add_pd((__m512d)x);
#elif defined(__AVX2__)
    const __m128d two = _mm256_castpd256_pd128((__m256d)x) + _mm256_extractf128_pd((__m256d)x, 1);
    return two[0] + two[1];
#endif
    double sum = x[0];
    for (Index l = 1; l < lanes; ++l) sum += x[l];
    return sum;
}
// NaN is ignored, as in `largest`.
SOFTGRAD_INLINE double lane_maximum(Pack x) {
    double found = x[0];
    for (Index l = 1; l < lanes; ++l) found = x[l] > found || found != found ? x[l] : found;
    return found;
}

// g times a derivative, where nothing times infinity is nothing, and NaN stays.
SOFTGRAD_INLINE Pack carried(Pack g, Pack derivative) {
    const Pack product = g * derivative;
    if (!any(is_nan(product))) return product;  // as nearly always
    const Mask undefined = is_nan(product) & ~is_nan(g) & ~is_nan(derivative);
    return where(~undefined, product);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
