// Error-free transformations: the rounding error of one operation, as a number.
//
// Source: Ogita, Rump and Oishi, "Accurate sum and dot product", SIAM J. Sci. Comput. 26 (2005);
// the sum is Knuth's, the product without FMA is Dekker's with Veltkamp's splitting.
// They hold only if the compiler neither reassociates nor contracts: -ffp-contract=off.
#pragma once

#include "platform.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// An unevaluated sum high + low with |low| at most half a unit in the last place of high.
template <class T>
struct Pair {
    T high;
    T low;
};

template <class T>
inline Pair<T> two_sum(T a, T b) {
    const T sum = a + b;
    const T b_seen = sum - a;
    return {sum, (a - (sum - b_seen)) + (b - b_seen)};
}

template <class T>
inline Pair<T> two_difference(T a, T b) {
    return two_sum(a, -b);
}

template <class T>
inline Pair<T> two_product(T a, T b) {
    const T product = a * b;
#if SOFTGRAD_HAS_FMA
    return {product, multiply_add(a, b, -product)};
#else
    // 2^12 + 1 and 2^27 + 1: half of the significand's bits go to each part.
    constexpr T splitter = sizeof(T) == sizeof(float) ? T(4097) : T(134217729);
    const T a_scaled = splitter * a, b_scaled = splitter * b;
    const T a_high = a_scaled - (a_scaled - a), b_high = b_scaled - (b_scaled - b);
    const T a_low = a - a_high, b_low = b - b_high;
    return {product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low};
#endif
}

template <class T>
inline Pair<T> add(Pair<T> a, T b) {
    const Pair<T> sum = two_sum(a.high, b);
    return {sum.high, sum.low + a.low};
}

template <class T>
inline Pair<T> renormalise(Pair<T> a) {
    return two_sum(a.high, a.low);
}

template <class T>
inline Pair<T> multiply(Pair<T> a, Pair<T> b) {
    const Pair<T> product = two_product(a.high, b.high);
    return {product.high, product.low + (a.high * b.low + a.low * b.high)};
}

template <class T>
inline T rounded(Pair<T> a) {
    return a.high + a.low;
}

// a * b rounded to one number, for a pair that scales a whole row.
template <class T>
inline T scaled(T a, Pair<T> b) {
    return multiply_add(a, b.high, a * b.low);
}

// 1 / a by one correction step on the rounded reciprocal.
template <class T>
inline Pair<T> reciprocal(Pair<T> a) {
    const T first = T(1) / a.high;
    const Pair<T> product = two_product(first, a.high);
    const T residual = ((T(1) - product.high) - product.low) - first * a.low;
    return {first, residual * first};
}

// A number given in double precision, as a pair in the working precision.
template <class T>
inline Pair<T> pair_from_double(double value, double rest) {
    const T high = static_cast<T>(value);
    return {high, static_cast<T>((value - static_cast<double>(high)) + rest)};
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
