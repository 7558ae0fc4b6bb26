// log(1 + t) for t >= 0, accurate for tiny t.
//
// 1 + t = 2^k m with m in [sqrt(1/2), sqrt(2)), f = m - 1, s = f / (2 + f):
//     log(1 + f) = f - f^2 / 2 + s (f^2 / 2 + s^2 P(s^2)),
// the arrangement of log1p in Sun's fdlibm (1993), with coefficients of our own: a minimax fit of
// (2 atanh(s) - 2 s) / s^3 as a polynomial in s^2 (Lawson's iteration at 60 digits), relative error
// 2^-59 in double and 2^-37 in single precision.
#pragma once

#include "exponential.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

template <class T>
struct LogarithmConstants;

template <>
struct LogarithmConstants<float> {
    static constexpr std::uint32_t sqrt_half_bits = 0x3f3504f3;
    static constexpr int degree = 3;
    static constexpr float coefficient[degree + 1] = {
        0x1.555554p-1f, 0x1.999a7cp-2f, 0x1.24389cp-2f, 0x1.e2ff40p-3f,
    };
};

template <>
struct LogarithmConstants<double> {
    static constexpr std::uint64_t sqrt_half_bits = 0x3fe6a09e667f3bcd;
    static constexpr int degree = 6;
    static constexpr double coefficient[degree + 1] = {
        0x1.5555555555593p-1, 0x1.999999997f941p-2, 0x1.249249422f652p-2, 0x1.c71c51d77f0dep-3,
        0x1.746649196250fp-3, 0x1.39a0b25ef5729p-3, 0x1.2f0fe988c6f99p-3,
    };
};

template <class T>
inline T log_one_plus(T t) {
    using C = LogarithmConstants<T>;
    using E = ExponentialConstants<T>;
    using Bits = typename BitsOf<T>::type;
    const T sum = T(1) + t;
    const T sum_low = t < T(1) ? t - (sum - T(1)) : T(1) - (sum - t);

    // Bits above sqrt(1/2): their exponent field is k, the rest is m with sqrt(1/2) taken off.
    const Bits above = reinterpret_bits<Bits>(sum) - C::sqrt_half_bits;
    const Bits exponent = above >> E::mantissa_bits;
    const Bits mantissa = (above & ((Bits(1) << E::mantissa_bits) - 1)) + C::sqrt_half_bits;
    const T k = static_cast<T>(exponent);
    const T inverse_power = reinterpret_bits<T>((E::exponent_bias - exponent) << E::mantissa_bits);
    const T f = (reinterpret_bits<T>(mantissa) - T(1)) + sum_low * inverse_power;

    const T s = f / (T(2) + f);
    const T w = s * s;
    const T half_square = T(0.5) * f * f;
    const T tail = multiply_add(s, multiply_add(w, polynomial<C>(w), half_square), k * E::ln2_low);
    const T result = k * E::ln2_high - ((half_square - tail) - f);
    // An infinite or NaN argument has no exponent to take apart.
    return t < infinity<T> ? result : t;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
