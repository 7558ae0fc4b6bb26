// exp and exp - 1 in float32, for arguments whose exponential is a normal number.
//
// With x = n ln 2 + r (reduction.hpp), 2^n is made from the integer in the last bits of the rounded
// quotient, and multiplied in, so that NaN passes.
#pragma once

#include "reduction.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace wide_constants {
// (exp(r) - 1 - r) / r^2 for |r| <= ln(2) / 2, to 2^-26.2 of exp(r) - 1 (Lawson's iteration at 60
// digits).
inline constexpr float to_exponential_minus_one[] = {
    0x1.fffffep-2f, 0x1.5554bp-3f, 0x1.555674p-5f, 0x1.122818p-7f, 0x1.6bebe0p-10f,
};
}  // namespace wide_constants

// What raises an exponential by a power of two, beside the bias of its exponent.
template <class V>
SOFTGRAD_INLINE V wide_round(int raised = 0) {
    using Constants = ReductionConstants<float>;
    return V::of(Constants::round_to_integer + static_cast<float>(Constants::bias + raised));
}
template <class V>
SOFTGRAD_INLINE Reduction<V> wide_reduction(V x, int raised = 0) {
    return {x, wide_round<V>(raised)};
}

// exp(x) = power (1 + rest). What it is multiplied by goes in before the sum is rounded.
template <class V>
struct WideDecay {
    V power;
    V rest;

    WideDecay() = default;
    SOFTGRAD_INLINE explicit WideDecay(const Reduction<V>& x) : WideDecay(x.shifted, x.r) {}
    SOFTGRAD_INLINE WideDecay(V shifted, V r) : power(from_last_bits(shifted)) {
        constexpr auto& c = wide_constants::to_exponential_minus_one;
        const V r2 = r * r;
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

    // Of x + low.
    SOFTGRAD_INLINE WideBothExponentials(const Reduction<V>& x, V low) {
        constexpr auto& c = wide_constants::to_exponential_minus_one;
        const V r = x.r + low, r2 = r * r;
        const V even = multiply_add(r2, multiply_add(r2, c[4], c[2]), c[0]);
        const V odd = multiply_add(r2, c[3], c[1]);
        up.power = from_last_bits(x.shifted);
        up.rest = multiply_add(r2, multiply_add(r, odd, even), r);
        down.power = inverse_of_power(up.power);
        down.rest = multiply_add(r2, multiply_add(-r, odd, even), -r);
    }
};

// 2^raised exp(x), within 1.1 ULP.
template <class V>
SOFTGRAD_INLINE V wide_exponential(V x, int raised = 0) {
    return WideDecay<V>(wide_reduction(x, raised)).value();
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
