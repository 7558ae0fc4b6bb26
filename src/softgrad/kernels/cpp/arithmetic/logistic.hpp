// The logistic function and its relatives, accurate in both tails.
#pragma once

#include "decay.hpp"
#include "exponential_minus_one.hpp"
#include "inverse.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace logistic_constants {
// 2 atanh(s) / s in s^2 <= 1/9, to 2^-33.2 (Lawson's iteration at 50 digits).
inline constexpr double twice_inverse_tanh[] = {
    0x1.ffffffff27350p+0, 0x1.555559931b48cp-1, 0x1.99962b1d29d14p-2,
    0x1.2513809e3b078p-2, 0x1.b6225092b0ea6p-3, 0x1.f3fa89ffb7052p-3,
};
inline constexpr double log_2 = 0x1.62e42fefa39efp-1;
}  // namespace logistic_constants

// tanh x.
template <class P>
SOFTGRAD_INLINE Pack hyperbolic_tangent(Pack x) {
    if constexpr (P::precise) {
        const Pack less = exponential_minus_one(-2.0 * absolute(x));
        return with_sign_of(less / (2.0 + less), x);
    } else {
        const Pack more = exponential_minus_one<P>(2.0 * x);
        return quotient<P>(more, 2.0 + more);
    }
}

// Of the coin with log-odds x: p = 1 / (1 + exp(-x)) and q = 1 - p. (p - q is tanh(x / 2).)
struct Logistic {
    Pack p;
    Pack q;
};

template <class P>
SOFTGRAD_INLINE Logistic logistic(Pack x) {
    if constexpr (P::precise) {
        const Pack small = P::exp(-absolute(x));
        const Pack larger = 1.0 / (1.0 + small), smaller = small / (1.0 + small);
        const Mask right = x >= 0.0;
        return {select(right, larger, smaller), select(right, smaller, larger)};
    } else {
        const Pack odds = P::exp(x);
        const Pack q = brief_inverse(1.0 + odds);
        return {odds * q, q};
    }
}

// factor p with p = 1 / (1 + exp(-(x + low))), for a finite factor; low is the rounding error of x.
template <class P>
SOFTGRAD_INLINE Pack logistic_times(Pack x, Pack low, Pack factor) {
    if constexpr (!P::precise) return factor * logistic<P>(x).p;
    const Mask left = x < 0.0;
    const Decay<P> small(-absolute(x), select(left, low, -low));
    return select(left, small.times(factor), factor) / (1.0 + small.value());
}

// factor p q, likewise.
template <class P>
SOFTGRAD_INLINE Pack logistic_slope_times(Pack x, Pack low, Pack factor) {
    const Decay<P> small(-absolute(x), select(x < 0.0, low, -low));
    const Pack both = 1.0 + small.value();
    return small.times(quotient<P>(factor, both * both));
}

// log(1 + t) for 0 <= t <= 1.
template <class P>
SOFTGRAD_INLINE Pack log_one_plus_part(Pack t) {
    if constexpr (P::precise) return log_one_plus(t);
    const Pack s = quotient<P>(t, 2.0 + t);
    return s * polynomial(s * s, logistic_constants::twice_inverse_tanh);
}

// log(1 + exp(x)), which is exp(x) for x -> -inf.
template <class P>
SOFTGRAD_INLINE Pack softplus(Pack x) {
    return largest(Pack{}, x) + log_one_plus_part<P>(P::exp(-absolute(x)));
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
