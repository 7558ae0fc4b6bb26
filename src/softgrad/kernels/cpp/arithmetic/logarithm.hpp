// log and log(1 + x).
//
// 1 + x = 2^k m with m in [sqrt(1/2), sqrt(2)), f = m - 1, s = f / (2 + f):
//     log(1 + f) = f - f^2 / 2 + s (f^2 / 2 + s^2 P(s^2)),
// the arrangement of log1p in Sun's fdlibm (1993), with coefficients of our own: a minimax fit of
// (2 atanh(s) - 2 s) / s^3 as a polynomial in s^2 (Lawson's iteration at 60 digits) to 2^-59.
#pragma once

#include "exponential.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace logarithm_constants {
inline constexpr std::uint64_t sqrt_half_bits = 0x3fe6a09e667f3bcd;
inline constexpr double tail[] = {
    0x1.5555555555593p-1, 0x1.999999997f941p-2, 0x1.249249422f652p-2, 0x1.c71c51d77f0dep-3,
    0x1.746649196250fp-3, 0x1.39a0b25ef5729p-3, 0x1.2f0fe988c6f99p-3,
};
}  // namespace logarithm_constants

// log(sum + low) for a positive normal sum, as a proper pair; `raised_by` is added to the exponent.
SOFTGRAD_INLINE Pair log_of_normal(Pack sum, Pack low, Pack raised_by = Pack{}) {
    using namespace exponential_constants;
    using namespace logarithm_constants;
    // Bits above sqrt(1/2): their exponent field is k, the rest is m with sqrt(1/2) taken off.
    const BitsPack above = bits_of(sum) - sqrt_half_bits;
    const BitsPack mantissa = (above & 0x000fffffffffffffULL) + sqrt_half_bits;
    // The exponent field as a signed number: placed in the low bits of 2^52 + 2^51 it is a double.
    const BitsPack field = (above >> 52) + 0x4338000000000000ULL;  // k mod 2^12
    const Pack unsigned_k = pack_of(field) - round_to_integer;
    const Pack k = select(unsigned_k > 2047.0, unsigned_k - 4096.0, unsigned_k);
    const BitsPack exponent = above & 0xfff0000000000000ULL;
    const Pack inverse_power = pack_of(splat_bits(bias << 52) - exponent);
    const Pack f = (pack_of(mantissa) - 1.0) + low * inverse_power;

    const Pack whole = k + raised_by;
    const Pack s = f / (2.0 + f);
    const Pack w = s * s;
    const Pack half_square = 0.5 * f * f;
    const Pack inner =
        multiply_add(s, multiply_add(w, polynomial(w, tail), half_square), whole * ln2_low);
    const Pack small = inner - half_square;
    const Pair high = two_sum(whole * ln2_high, f);
    return {high.high, high.low + small};
}

// log(1 + t) for t >= -1/2 or so; accurate for tiny t, inf for inf, NaN for NaN.
SOFTGRAD_INLINE Pair log_one_plus_pair(Pack t) {
    const Pair sum = two_sum(splat(1.0), t), log = log_of_normal(sum.high, sum.low);
    const Pair result = fast_two_sum(log.high, log.low);
    // An infinite or NaN argument has no exponent to take apart. 1 + t = 1 loses t itself.
    const Mask regular = (absolute(t) >= 0x1p-60) & (t < infinity);
    return {select(regular, result.high, t), where(regular, result.low)};
}
SOFTGRAD_INLINE Pack log_one_plus(Pack t) { return log_one_plus_pair(t).high; }

// log x as a sum of two numbers, for finite x > 0.
SOFTGRAD_INLINE Pair log_pair(Pack x) {
    const Mask tiny = x < 0x1p-1022;
    const Pack normal = select(tiny, x * 0x1p54, x);
    const Pair found = log_of_normal(normal, Pack{}, select(tiny, splat(-54.0), Pack{}));
    return fast_two_sum(found.high, found.low);
}

// log x: -inf at 0, NaN below it, inf at inf.
SOFTGRAD_INLINE Pack logarithm(Pack x) {
    const Pack regular = rounded(log_pair(select(x > 0.0, x, splat(1.0))));
    const Pack edge = select(x == 0.0, splat(-infinity), splat(not_a_number));
    return select(x > 0.0, select(x < infinity, regular, x), edge);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
