// log x and log(1 + v) to more than the digits of a double, and powers by them.
//
// An error e of log x makes one of y e of x^y, so the logarithm must be a sum of two numbers that
// is right well below the last place of the first. With m = 1 + f in [sqrt(1/2), sqrt(2)) and
// s = f / (2 + f), also as a sum of two,
//     log m = 2 atanh s = 2 s + s^3 (2/3 + s^2 T(s^2)),
// where s^4 T / 2 < 2^-12, so that T itself may be a double: the result is right to 2^-64. The
// coefficients of T are a minimax fit of (2 atanh s - 2 s - 2/3 s^3) / s^5 to 2^-57 (Lawson's
// iteration at 60 digits).
#pragma once

#include "precision.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace logarithm_constants {
inline constexpr double two_thirds = 0x1.5555555555555p-1;
inline constexpr double two_thirds_low = 0x1.5555555555555p-55;
inline constexpr double far_tail[] = {
    0x1.999999999999ap-2, 0x1.2492492492522p-2, 0x1.c71c71c6ea8a9p-3, 0x1.745d177aa7e9ap-3,
    0x1.3b1395cb4e8bfp-3, 0x1.1118c93759413p-3, 0x1.df7c877be3249p-4, 0x1.e030eb49cf380p-4,
};
}  // namespace logarithm_constants

// log(1 + f) + k log 2 for 1 + f in [sqrt(1/2), sqrt(2)).
SOFTGRAD_INLINE Pair long_logarithm(Pair f, Pack k) {
    using namespace exponential_constants;
    using namespace logarithm_constants;
    const Pair denominator = add(f, splat(2.0));
    const Pack inverse = 1.0 / denominator.high;
    const Pack quotient = f.high * inverse;
    const Pair product = two_product(quotient, denominator.high);
    const Pack remainder =
        ((f.high - product.high) - product.low) + (f.low - quotient * denominator.low);
    const Pair s{quotient, remainder * inverse};

    const Pair w = multiply(s, s);
    const Pack tail = w.high * polynomial(w.high, far_tail);
    const Pair inner = fast_two_sum(splat(two_thirds), tail);
    const Pair cubic = multiply(multiply(s, w), Pair{inner.high, inner.low + two_thirds_low});
    const Pair twice = fast_two_sum(2.0 * s.high, cubic.high);
    const Pack below = twice.low + (2.0 * s.low + cubic.low);

    const Pair sum = two_sum(k * ln2_high, twice.high);
    return fast_two_sum(sum.high, sum.low + multiply_add(k, splat(ln2_low), below));
}

// The power of two in x, and the rest of x less 1: x = 2^k (1 + f), for positive normal x.
struct Significand {
    Pack f;
    Pack k;
    Pack inverse_power;  // 2^-k
};

SOFTGRAD_INLINE Significand significand(Pack x) {
    using namespace exponential_constants;
    using namespace logarithm_constants;
    const BitsPack above = bits_of(x) - sqrt_half_bits;
    const BitsPack mantissa = (above & 0x000fffffffffffffULL) + sqrt_half_bits;
    const Pack field = pack_of((above >> 52) + 0x4338000000000000ULL) - round_to_integer;
    const Pack k = select(field > 2047.0, field - 4096.0, field);
    const BitsPack exponent = above & 0xfff0000000000000ULL;
    return {pack_of(mantissa) - 1.0, k, pack_of(splat_bits(bias << 52) - exponent)};
}

// log(1 + v) for v > -1, where 1 + v rounded is positive.
SOFTGRAD_INLINE Pair long_log_one_plus(Pair v) {
    const Pair sum = renormalise(add(v, splat(1.0)));
    const Significand parts = significand(sum.high);
    const Pair scaled = two_sum(parts.f, sum.low * parts.inverse_power);
    const Mask near = parts.k == 0.0;  // there v itself is 1 + v less 1, with all of its digits
    const Pair f{select(near, v.high, scaled.high), select(near, v.low, scaled.low)};
    return long_logarithm(f, parts.k);
}

// log x for finite x > 0.
SOFTGRAD_INLINE Pair long_log(Pair x) {
    const Mask tiny = x.high < 0x1p-1022;
    const Pack scale = select(tiny, splat(0x1p54), splat(1.0));
    const Significand parts = significand(x.high * scale);
    const Pair f = two_sum(parts.f, (x.low * scale) * parts.inverse_power);
    return long_logarithm(f, select(tiny, parts.k - 54.0, parts.k));
}
SOFTGRAD_INLINE Pair long_log(Pack x) {
    const Mask tiny = x < 0x1p-1022;
    const Significand parts = significand(select(tiny, x * 0x1p54, x));
    return long_logarithm({parts.f, Pack{}}, select(tiny, parts.k - 54.0, parts.k));
}

// exp(exponent * log) for a logarithm and an exponent that are sums of two.
SOFTGRAD_INLINE Pack long_power(Pair log, Pair exponent) {
    const Pair y = multiply(log, exponent);
    return exponential(y.high, y.low);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
