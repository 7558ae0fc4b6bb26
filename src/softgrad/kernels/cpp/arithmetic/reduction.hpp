// x = n ln 2 + r with |r| <= ln(2) / 2 (Cody and Waite): what every exponential starts with, of
// floats and of doubles.
#pragma once

#include "wides.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// The numbers in the lanes of a vector, and one of them in all lanes.
template <class V>
struct VectorOf;
template <>
struct VectorOf<Pack> {
    using Number = double;
    SOFTGRAD_INLINE static Pack every(double x) { return splat(x); }
};
template <>
struct VectorOf<WideFloat> {
    using Number = float;
    SOFTGRAD_INLINE static WideFloat every(float x) { return wide(x); }
};
template <int count>
struct VectorOf<Wides<count>> {
    using Number = float;
    SOFTGRAD_INLINE static Wides<count> every(float x) { return Wides<count>::of(x); }
};

// n * ln2_high is exact for the n of all numbers whose exponential is one.
template <class Number>
struct ReductionConstants;
template <>
struct ReductionConstants<double> {
    static constexpr double log2_e = 0x1.71547652b82fep+0;
    static constexpr double ln2_high = 0x1.62e42fefa4p-1;  // 40 bits
    static constexpr double ln2_low = -0x1.8432a1b0e2634p-43;
    static constexpr double round_to_integer = 0x1.8p52;
    static constexpr int bias = 1023, digits = 52;
};
template <>
struct ReductionConstants<float> {
    static constexpr float log2_e = 0x1.715476p+0f;
    static constexpr float ln2_high = 0x1.62e4p-1f;  // 15 bits
    static constexpr float ln2_low = 0x1.7f7d1cp-20f;
    static constexpr float round_to_integer = 0x1.8p23f;
    static constexpr int bias = 127, digits = 23;
};

template <class V, class Constants = ReductionConstants<typename VectorOf<V>::Number>>
struct Reduction {
    using Number = typename VectorOf<V>::Number;

    V shifted;  // n + round: its last bits are n and what the exponential is raised by
    V r;

    SOFTGRAD_INLINE explicit Reduction(V x) : Reduction(x, every(Constants::round_to_integer)) {}
    SOFTGRAD_INLINE Reduction(V x, V round) {
        shifted = multiply_add(x, every(Constants::log2_e), round);
        const V n = shifted - round;
        const V high = multiply_add(n, every(-Constants::ln2_high), x);
        r = multiply_add(n, every(-Constants::ln2_low), high);
    }
    // Of a reduction of x that raises nothing: n, what x is after its first step, exactly, and what
    // rounding took from r.
    SOFTGRAD_INLINE V n() const { return shifted - every(Constants::round_to_integer); }
    SOFTGRAD_INLINE V high(V x) const { return multiply_add(n(), every(-Constants::ln2_high), x); }
    SOFTGRAD_INLINE V low(V x) const {
        return multiply_add(n(), every(-Constants::ln2_low), high(x) - r);
    }

private:
    SOFTGRAD_INLINE static V every(Number x) { return VectorOf<V>::every(x); }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
