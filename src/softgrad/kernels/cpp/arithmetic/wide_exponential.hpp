// exp and exp - 1 in float32, for arguments whose exponential is a normal number.
//
// x = n ln 2 + r as in exponential.hpp; 2^n is made from the integer in the last bits of the
// rounded quotient, and multiplied in, so that NaN passes.
#pragma once

#include "wides.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace wide_constants {
inline constexpr float log2_e = 0x1.715476p+0f;
// 15 bits, so that n * ln2_high is exact for the n of all numbers.
inline constexpr float ln2_high = 0x1.62e4p-1f, ln2_low = 0x1.7f7d1cp-20f;
inline constexpr float round_to_integer = 0x1.8p23f;
inline constexpr float bias = 127.0f;
// (exp(r) - 1 - r) / r^2 for |r| <= ln(2) / 2, to 2^-26.2 of exp(r) - 1 (Lawson's iteration at 60
// digits).
inline constexpr float to_exponential_minus_one[] = {
    0x1.fffffep-2f, 0x1.5554bp-3f, 0x1.555674p-5f, 0x1.122818p-7f, 0x1.6bebe0p-10f,
};
}  // namespace wide_constants

// x = n ln 2 + r; the last bits of `shifted` are n + bias and what an exponential is raised by.
template <class V>
struct WideReduced {
    V shifted;
    V r;

    WideReduced() = default;
    SOFTGRAD_INLINE explicit WideReduced(V x, int raised = 0) {
        using namespace wide_constants;
        const float round = round_to_integer + (bias + static_cast<float>(raised));
        shifted = multiply_add(x, log2_e, round);
        const V n = shifted - round;
        r = multiply_add(n, -ln2_low, multiply_add(n, -ln2_high, x));
    }
    // Of x = high + low.
    SOFTGRAD_INLINE WideReduced(V high, V low) : WideReduced(high) { r = r + low; }
    SOFTGRAD_INLINE static WideReduced made_of(V shifted, V r) {
        WideReduced made;
        made.shifted = shifted;
        made.r = r;
        return made;
    }
    SOFTGRAD_INLINE V power() const { return from_last_bits(shifted); }
};

// exp(x) = power (1 + rest). What it is multiplied by goes in before the sum is rounded.
template <class V>
struct WideDecay {
    V power;
    V rest;

    WideDecay() = default;
    SOFTGRAD_INLINE explicit WideDecay(WideReduced<V> x) : power(x.power()) {
        constexpr auto& c = wide_constants::to_exponential_minus_one;
        const V r = x.r, r2 = r * r;
        const V low = multiply_add(r, c[1], c[0]), high = multiply_add(r, c[3], c[2]);
        rest = multiply_add(r2, multiply_add(multiply_add(r2, c[4], high), r2, low), r);
    }

    SOFTGRAD_INLINE V value() const { return multiply_add(power, rest, power); }
    SOFTGRAD_INLINE V times(V factor) const { return power * multiply_add(rest, factor, factor); }
    // scale (exp(x) - 1).
    SOFTGRAD_INLINE V minus_one(float scale) const {
        const V scaled = scale == 1.0f ? power : scale * power;
        return multiply_add(scaled, rest, scaled - scale);
    }
};

// exp(x) and exp(-x).
template <class V>
struct WideBothExponentials {
    WideDecay<V> up, down;

    SOFTGRAD_INLINE explicit WideBothExponentials(WideReduced<V> x) {
        constexpr auto& c = wide_constants::to_exponential_minus_one;
        const V r = x.r, r2 = r * r;
        const V even = multiply_add(r2, multiply_add(r2, c[4], c[2]), c[0]);
        const V odd = multiply_add(r2, c[3], c[1]);
        up.power = x.power();
        up.rest = multiply_add(r2, multiply_add(r, odd, even), r);
        down.power = inverse_of_power(up.power);
        down.rest = multiply_add(r2, multiply_add(-r, odd, even), -r);
    }
};

// 2^raised exp(x), within 1.1 ULP.
template <class V>
SOFTGRAD_INLINE V wide_exponential(V x, int raised = 0) {
    return WideDecay<V>(WideReduced<V>(x, raised)).value();
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
