// exp, without branches and without tables.
//
// With x = n ln 2 + r (reduction.hpp), exp(r) = 1 + r + r^2 P(r). The coefficients of P are minimax
// fits of (exp(r) - 1 - r) / r^2 to the relative error of exp(r)
// (Lawson's iteration at 60 digits): 2^-57.9 with ten of them, 2^-34.2 with six.
#pragma once

#include "polynomial.hpp"
#include "reduction.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace exponential_constants {
inline constexpr double ln2 = 0x1.62e42fefa39efp-1;
inline constexpr double log2_e = ReductionConstants<double>::log2_e;
inline constexpr double ln2_high = ReductionConstants<double>::ln2_high;
inline constexpr double ln2_low = ReductionConstants<double>::ln2_low;
inline constexpr double round_to_integer = ReductionConstants<double>::round_to_integer;
inline constexpr std::uint64_t bias = ReductionConstants<double>::bias;
inline constexpr double precise[] = {
    0x1.0000000000009p-1,  0x1.55555555554f7p-3,  0x1.55555555508cdp-5,  0x1.11111111288d7p-7,
    0x1.6c16c1841c1eep-10, 0x1.a01a01256a840p-13, 0x1.a0199a2dc0366p-16, 0x1.71df3128a4e42p-19,
    0x1.28ad5610cd9dbp-22, 0x1.ad6bcc3b34aa5p-26,
};
// With the leading 1 + r.
inline constexpr double brief[] = {
    1.0,
    1.0,
    0x1.0000003a2445ep-1,
    0x1.555554433c25dp-3,
    0x1.55548dc32e610p-5,
    0x1.111270b000e03p-7,
    0x1.6d8d07e74fc4fp-10,
    0x1.9f089cd48bb0ap-13,
};
}  // namespace exponential_constants

// 2^(n + raised) from a number that holds the integer n in its lowest bits (n + round_to_integer).
template <int raised>
SOFTGRAD_INLINE Pack power_of_two(Pack shifted) {
    return pack_of((bits_of(shifted) + (exponential_constants::bias + raised)) << 52);
}

// The reduction in one step, which is enough for float32.
struct BriefReduction {
    Pack shifted;
    Pack r;

    SOFTGRAD_INLINE explicit BriefReduction(Pack x) {
        using namespace exponential_constants;
        shifted = multiply_add(x, splat(log2_e), splat(round_to_integer));
        r = multiply_add(shifted - round_to_integer, splat(-ln2), x);
    }
};

// exp(x) to 2^-34: enough for results that are stored in float32 or less. For |x| <= 700.
SOFTGRAD_INLINE Pack brief_exponential(Pack x) {
    const BriefReduction e(x);
    const Pack mantissa = short_polynomial(e.r, exponential_constants::brief);
    return pack_of(bits_of(mantissa) + (bits_of(e.shifted) << 52));
}

// What all precise exponentials share: exp(x + low) = mantissa 2^n, for finite x.
struct Scaled {
    Pack mantissa;
    Pack n;
    Pack shifted;  // n + round_to_integer
};

SOFTGRAD_INLINE Scaled scaled_exponential(Pack x, Pack low) {
    using namespace exponential_constants;
    const Reduction<Pack> e(x);
    const Pack r = e.r, r_low = e.low(x) + low;
    const Pack one_plus_r = 1.0 + r;
    const Pack rest = multiply_add(r * r, polynomial(r, precise), (1.0 - one_plus_r) + r);
    // `low` may be many units in the last place of the result: it needs the whole of exp(r).
    const Pack mantissa = one_plus_r + multiply_add(r_low, one_plus_r + rest, rest);
    return {mantissa, e.n(), e.shifted};
}

// exp(x + low) within 0.65 ULP, subnormal results included; inf and 0 where it must be.
SOFTGRAD_INLINE Pack exponential(Pack x, Pack low = Pack{}) {
    using namespace exponential_constants;
    x = largest(splat(-750.0), x);  // NaN passes
    x = smallest(splat(710.0), x);
    const Scaled e = scaled_exponential(x, low);
    // In two steps, so that a subnormal result is rounded once.
    const Pack half_shifted = multiply_add(e.n, splat(0.5), splat(round_to_integer));
    const Pack other_half = (e.n - (half_shifted - round_to_integer)) + round_to_integer;
    return e.mantissa * power_of_two<0>(half_shifted) * power_of_two<0>(other_half);
}

// 2^512 exp(x + low) for x <= 0: a sum of results loses nothing to underflow, and only what is
// made of them in the end is rounded to a subnormal number.
inline constexpr int headroom = 512;
inline constexpr double lowest_raised = -1060.0;  // exp is 0 from -746 down
SOFTGRAD_INLINE Pack raised_exponential(Pack x, Pack low) {
    const Scaled e = scaled_exponential(largest(splat(lowest_raised), x), low);
    return e.mantissa * power_of_two<headroom>(e.shifted);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
