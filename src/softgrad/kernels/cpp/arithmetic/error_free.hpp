// Error-free transformations: the rounding error of one operation, as a number.
//
// Source: Ogita, Rump and Oishi, "Accurate sum and dot product", SIAM J. Sci. Comput. 26 (2005);
// the sum is Knuth's, the product without FMA is Dekker's with Veltkamp's splitting.
// They hold only if the compiler neither reassociates nor contracts: -ffp-contract=off.
#pragma once

#include "pack.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// An unevaluated sum high + low with |low| at most half a unit in the last place of high.
struct Pair {
    Pack high;
    Pack low;
};

SOFTGRAD_INLINE Pair two_sum(Pack a, Pack b) {
    const Pack sum = a + b;
    const Pack b_seen = sum - a;
    return {sum, (a - (sum - b_seen)) + (b - b_seen)};
}

SOFTGRAD_INLINE Pair two_difference(Pack a, Pack b) { return two_sum(a, -b); }

// The same of any numbers: where a - b is none, or infinite, low is 0. (For comparisons of a - b
// with a bound, on whose wrong side the rounded difference may be.)
SOFTGRAD_INLINE Pair exact_difference(Pack a, Pack b) {
    const Pair d = two_difference(a, b);
    return {d.high, where(absolute(d.high) < infinity, d.low)};
}

// For |a| >= |b|, or a = 0.
SOFTGRAD_INLINE Pair fast_two_sum(Pack a, Pack b) {
    const Pack sum = a + b;
    return {sum, b - (sum - a)};
}

SOFTGRAD_INLINE Pair two_product(Pack a, Pack b) {
    const Pack product = a * b;
    if constexpr (has_fma) return {product, multiply_add(a, b, -product)};
    // 2^27 + 1: half of the significand's bits go to each part.
    constexpr double splitter = 134217729.0;
    const Pack a_scaled = splitter * a, b_scaled = splitter * b;
    const Pack a_high = a_scaled - (a_scaled - a), b_high = b_scaled - (b_scaled - b);
    const Pack a_low = a - a_high, b_low = b - b_high;
    return {product,
            ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

// a / b and what the division rounded away.
SOFTGRAD_INLINE Pair quotient_remainder(Pack a, Pack b) {
    const Pack quotient = a / b;
    const Pair product = two_product(quotient, b);
    return {quotient, ((a - product.high) - product.low) / b};
}

SOFTGRAD_INLINE Pair add(Pair a, Pack b) {
    const Pair sum = two_sum(a.high, b);
    return {sum.high, sum.low + a.low};
}

SOFTGRAD_INLINE Pair add(Pair a, Pair b) {
    const Pair sum = two_sum(a.high, b.high);
    return {sum.high, sum.low + (a.low + b.low)};
}

SOFTGRAD_INLINE Pair renormalise(Pair a) { return two_sum(a.high, a.low); }

SOFTGRAD_INLINE Pair multiply(Pair a, Pair b) {
    const Pair product = two_product(a.high, b.high);
    return {product.high, product.low + (a.high * b.low + a.low * b.high)};
}

SOFTGRAD_INLINE Pair multiply(Pair a, Pack b) {
    const Pair product = two_product(a.high, b);
    return {product.high, multiply_add(a.low, b, product.low)};
}

SOFTGRAD_INLINE Pack rounded(Pair a) { return a.high + a.low; }

// a * b rounded to one number, for a pair that scales a whole row.
SOFTGRAD_INLINE Pack scaled(Pack a, Pair b) { return multiply_add(a, b.high, a * b.low); }

// 1 / a by one correction step on the rounded reciprocal.
SOFTGRAD_INLINE Pair reciprocal(Pair a) {
    const Pack first = 1.0 / a.high;
    const Pair product = two_product(first, a.high);
    const Pack residual = ((1.0 - product.high) - product.low) - first * a.low;
    return {first, residual * first};
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
