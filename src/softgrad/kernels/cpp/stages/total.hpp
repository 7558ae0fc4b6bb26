// Sums over the rows of a strand.
#pragma once

#include "../arithmetic/precision.hpp"
#include "tile.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// A sum over a row; for float64 with the rounding error of every addition.
template <class P>
struct Total {
    Pack high = {};
    Pack low = {};
    SOFTGRAD_INLINE void add(Pack x) {
        if constexpr (P::precise) {
            const Pair next = two_sum(high, x);
            high = next.high;
            low += next.low;
        } else {
            high += x;
        }
    }
    SOFTGRAD_INLINE Pair across(const Shape& shape) const {
        if (shape.lanes_are_rows) return {high, low};
        double sum = high[0], error = low[0];
        for (Index l = 1; l < lanes; ++l) {
            const double next = sum + high[l], seen = next - sum;
            error += ((sum - (next - seen)) + (high[l] - seen)) + low[l];
            sum = next;
        }
        return {splat(sum), splat(error)};
    }
    // Rounded once. (An infinite sum has no rounding error, though inf - inf makes one up.)
    SOFTGRAD_INLINE Pack rounded_across(const Shape& shape) const {
        const Pair sum = across(shape);
        return select(absolute(sum.high) == infinity, sum.high, sum.high + sum.low);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
