// exp(-a^2 / 2) in float32, and what it is multiplied by in the tail of the normal distribution.
#pragma once

#include "wide_exponential.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace wide_constants {
// The bell is a normal number, and still is times 0.3.
inline constexpr float furthest_bell = 13.0f;
}  // namespace wide_constants

// x y + z, where x y is a product of almost the size of -z: it is not rounded.
template <class V>
SOFTGRAD_INLINE V product_beside(V x, V y, V z) {
    if constexpr (has_fma) {
        return multiply_add(x, y, z);
    } else {
        // Dekker's product; 2^12 + 1 leaves half of the significand's bits to each part.
        const V x_scaled = 4097.0f * x, y_scaled = 4097.0f * y;
        const V x_high = x_scaled - (x_scaled - x), y_high = y_scaled - (y_scaled - y);
        const V x_low = x - x_high, y_low = y - y_high;
        return ((x_high * y_high + z) + (x_high * y_low + x_low * y_high)) + x_low * y_low;
    }
}

// For 0 <= a <= furthest_bell. The square would be rounded by up to 2^-17, and by that exp changes
// in its last six bits: what is reduced is the product itself.
template <class V>
SOFTGRAD_INLINE WideDecay<V> wide_bell(V a) {
    using Constants = ReductionConstants<float>;
    const V half = -0.5f * a;
    const V round = wide_round<V>();
    const V shifted = multiply_add(half * a, V::of(Constants::log2_e), round), n = shifted - round;
    const V high = product_beside(half, a, -Constants::ln2_high * n);
    return {shifted, multiply_add(n, -Constants::ln2_low, high)};
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
