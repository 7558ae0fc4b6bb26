// What trees over short rows add up (row_trees.hpp), of float32: numbers alone, numbers >= 0 of which
// the largest is kept apart, or the largest alone. The last steps of a tree, where numbers are largest,
// are exact: they keep what their additions round off.
#pragma once

#include "wide_float.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

SOFTGRAD_INLINE WideFloat sum_of_two(WideFloat a, WideFloat b, WideFloat& error) {
    const WideFloat sum = a + b, seen = sum - a;
    error += (a - (sum - seen)) + (b - seen);
    return sum;
}

// A NaN passes.
struct RowSum {
    WideFloat sum;

    struct Exact {
        WideFloat sum, error;
    };
    static constexpr float nothing = 0.0f;

    SOFTGRAD_INLINE static RowSum leaf(WideFloat x) { return {x}; }
    SOFTGRAD_INLINE void add(WideFloat x) { sum += x; }
    SOFTGRAD_INLINE static RowSum join_leaves(WideFloat a, WideFloat b) { return {a + b}; }
    SOFTGRAD_INLINE static RowSum join(RowSum a, RowSum b) { return {a.sum + b.sum}; }
    SOFTGRAD_INLINE static Exact exactly(RowSum a) { return {a.sum, WideFloat{}}; }
    SOFTGRAD_INLINE static Exact join(Exact a, Exact b) {
        Exact all{WideFloat{}, a.error + b.error};
        all.sum = sum_of_two(a.sum, b.sum, all.error);
        return all;
    }
    SOFTGRAD_INLINE static Exact join_exactly(RowSum a, RowSum b) {
        Exact all{};
        all.sum = sum_of_two(a.sum, b.sum, all.error);
        return all;
    }
};

// The largest number, whatever its sign; NaN is ignored.
struct RowMost {
    WideFloat most;

    using Exact = RowMost;
    static constexpr float nothing = -std::numeric_limits<float>::infinity();

    SOFTGRAD_INLINE static RowMost leaf(WideFloat x) { return {largest(x, wide(nothing))}; }
    SOFTGRAD_INLINE void add(WideFloat x) { most = largest(x, most); }
    SOFTGRAD_INLINE static RowMost join_leaves(WideFloat a, WideFloat b) {
        return {largest(a, largest(b, wide(nothing)))};
    }
    SOFTGRAD_INLINE static RowMost join(RowMost a, RowMost b) { return {largest(a.most, b.most)}; }
    SOFTGRAD_INLINE static RowMost exactly(RowMost a) { return a; }
    SOFTGRAD_INLINE static RowMost join_exactly(RowMost a, RowMost b) { return join(a, b); }
};

struct RowLargest {
    WideFloat most, rest;

    struct Exact {
        WideFloat most, rest, error;
    };
    static constexpr float nothing = 0.0f;

    SOFTGRAD_INLINE static RowLargest leaf(WideFloat x) { return {x, WideFloat{}}; }
    SOFTGRAD_INLINE void add(WideFloat x) {
        rest += smallest(most, x);
        most = largest(x, most);
    }
    SOFTGRAD_INLINE static RowLargest join_leaves(WideFloat a, WideFloat b) {
        return {largest(a, b), smallest(b, a)};
    }
    SOFTGRAD_INLINE static RowLargest join(RowLargest a, RowLargest b) {
        return {largest(a.most, b.most), (a.rest + b.rest) + smallest(b.most, a.most)};
    }
    SOFTGRAD_INLINE static Exact exactly(RowLargest a) { return {a.most, a.rest, WideFloat{}}; }
    SOFTGRAD_INLINE static Exact join(Exact a, Exact b) {
        Exact all{largest(a.most, b.most), WideFloat{}, a.error + b.error};
        const WideFloat rest = sum_of_two(a.rest, b.rest, all.error);
        all.rest = sum_of_two(rest, smallest(b.most, a.most), all.error);
        return all;
    }
    SOFTGRAD_INLINE static Exact join_exactly(RowLargest a, RowLargest b) {
        Exact all{largest(a.most, b.most), WideFloat{}, WideFloat{}};
        const WideFloat rest = sum_of_two(a.rest, b.rest, all.error);
        all.rest = sum_of_two(rest, smallest(b.most, a.most), all.error);
        return all;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
