// exp(x + low), without branches and without tables, so that a plain loop over it vectorises.
//
// Cody-Waite reduction x = n ln 2 + r with |r| <= ln(2) / 2, then exp(r) = 1 + r + r^2 P(r).
// The rounding errors of r and of 1 + r are kept and added last, together with `low`, so that the
// result is within 0.53 ULP, subnormal results included (the scaling by 2^n is done in two steps).
// The coefficients of P are a minimax fit of (exp(r) - 1 - r) / r^2 to the relative error of exp(r)
// (Lawson's iteration at 60 digits): 2^-57.9 in double, 2^-34 in single precision.
#pragma once

#include "error_free.hpp"
#include "polynomial.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

template <class T>
struct ExponentialConstants;

template <>
struct ExponentialConstants<float> {
    static constexpr float below = -150.0f;  // 2^headroom exp(x) is 0 from here down
    static constexpr float above = 89.0f;    // exp is +inf from here up
    static constexpr int headroom = 64;
    static constexpr float raise = 0x1p64f;  // 2^headroom
    static constexpr float round_to_integer = 0x1.8p23f;
    static constexpr int mantissa_bits = 23;
    static constexpr std::uint32_t exponent_bias = 127;
    static constexpr float log2_e = 0x1.715476p+0f;
    static constexpr float ln2_high = 0x1.62e8p-1f;  // 14 bits: n * ln2_high is exact
    static constexpr float ln2_low = -0x1.e8082ep-16f;
    static constexpr int degree = 5;
    static constexpr float coefficient[degree + 1] = {
        0x1.000000p-1f, 0x1.555554p-3f, 0x1.55548ep-5f,
        0x1.111264p-7f, 0x1.6d8ceep-10f, 0x1.9f19e8p-13f,
    };
};

template <>
struct ExponentialConstants<double> {
    static constexpr double below = -1105.0;
    static constexpr double above = 710.0;
    static constexpr int headroom = 512;
    static constexpr double raise = 0x1p512;
    static constexpr double round_to_integer = 0x1.8p52;
    static constexpr int mantissa_bits = 52;
    static constexpr std::uint64_t exponent_bias = 1023;
    static constexpr double log2_e = 0x1.71547652b82fep+0;
    static constexpr double ln2_high = 0x1.62e42fefa4p-1;  // 40 bits
    static constexpr double ln2_low = -0x1.8432a1b0e2634p-43;
    static constexpr int degree = 9;
    static constexpr double coefficient[degree + 1] = {
        0x1.0000000000009p-1,  0x1.55555555554f7p-3,  0x1.55555555508cdp-5,  0x1.11111111288d7p-7,
        0x1.6c16c1841c1eep-10, 0x1.a01a01256a840p-13, 0x1.a0199a2dc0366p-16, 0x1.71df3128a4e42p-19,
        0x1.28ad5610cd9dbp-22, 0x1.ad6bcc3b34aa5p-26,
    };
};

// 2^(n + raised) from a number that holds the integer n in its lowest bits (n + round_to_integer).
template <int raised, class T>
inline T power_of_two(T shifted) {
    using C = ExponentialConstants<T>;
    using Bits = typename BitsOf<T>::type;
    const Bits bits = reinterpret_bits<Bits>(shifted) + (C::exponent_bias + raised);
    return reinterpret_bits<T>(static_cast<Bits>(bits << C::mantissa_bits));
}

// 2^raised exp(x + low). With raised > 0 only for x <= 0: then no result below 1 is subnormal that
// a row still has to add up, and only the final result is rounded.
template <int raised = 0, class T>
inline T exponential(T x, T low) {
    using C = ExponentialConstants<T>;
    x = x < C::below ? C::below : x;  // written so that NaN passes through
    x = x > C::above ? C::above : x;

    const T shifted = multiply_add(x, C::log2_e, C::round_to_integer);
    const T n = shifted - C::round_to_integer;
    const T reduced = multiply_add(n, -C::ln2_high, x);  // exact, with and without FMA
    const T r = multiply_add(n, -C::ln2_low, reduced);
    const T r_low = multiply_add(n, -C::ln2_low, reduced - r) + low;

    const T one_plus_r = T(1) + r;
    const T rest = multiply_add(r * r, polynomial<C>(r), (T(1) - one_plus_r) + r);
    // `low` may be many units in the last place of the result: it needs the whole of exp(r).
    const T mantissa = one_plus_r + multiply_add(r_low, one_plus_r + rest, rest);

    const T half_shifted = multiply_add(n, T(0.5), C::round_to_integer);
    const T half = half_shifted - C::round_to_integer;
    const T other_half_shifted = (n - half) + C::round_to_integer;
    return mantissa * power_of_two<0>(half_shifted) * power_of_two<raised>(other_half_shifted);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
