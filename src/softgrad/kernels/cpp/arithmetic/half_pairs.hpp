// Two vectors of results as one of 16-bit numbers: a whole cache line of AVX-512, by an instruction less.
#pragma once

#include "lane_moves.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

typedef std::uint16_t WideHalves __attribute__((vector_size(pack_bytes)));

// Elsewhere there is none. Of numbers, or of NaN without bits below those that are stored: what comes
// from 16 bits has none.
template <class T>
WideHalves stored_pair(WideFloat a, WideFloat b);

#if defined(__AVX512F__)
// To nearest, ties to even, in the upper 16 bits of each lane.
SOFTGRAD_INLINE __m512i rounded_to_bfloat16(WideFloat x) {
    const auto bits = (__m512i)x;
    const __mmask16 is_odd = _mm512_test_epi32_mask(bits, _mm512_set1_epi32(0x10000));
    const __m512i up = _mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff));
    return _mm512_mask_add_epi32(up, is_odd, up, _mm512_set1_epi32(1));
}

template <>
SOFTGRAD_INLINE WideHalves stored_pair<BFloat16>(WideFloat a, WideFloat b) {
    alignas(64) static constexpr std::uint16_t upper[] = {
        1,  3,  5,  7,  9,  11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31,
        33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61, 63};
    return (WideHalves)_mm512_permutex2var_epi16(rounded_to_bfloat16(a), _mm512_load_si512(upper),
                                                 rounded_to_bfloat16(b));
}
template <>
SOFTGRAD_INLINE WideHalves stored_pair<Float16>(WideFloat a, WideFloat b) {
    return (WideHalves)_mm512_inserti64x4(_mm512_castsi256_si512((__m256i)float16_bits(a)),
                                          (__m256i)float16_bits(b), 1);
}
#endif

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
