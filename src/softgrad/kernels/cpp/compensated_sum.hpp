// The sum of a row with the rounding error of every addition kept.
//
// Source: Ogita, Rump and Oishi (2005), algorithm Sum2, run in independent lanes.
#pragma once

#include "error_free.hpp"
#include "row_maximum.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// The sum as a proper pair. An infinite one has no rounding error, though inf - inf made one up.
template <class T>
inline Pair<T> settled(Pair<T> total) {
    if (total.high == infinity<T> || total.high == -infinity<T>) return {total.high, T(0)};
    return renormalise(total);
}

template <class T>
inline Pair<T> compensated_sum(const T* row, Index classes) {
    Pair<T> total{T(0), T(0)};
    Index i = 0;
    if (classes >= lanes) {
        T sum[lanes] = {}, low[lanes] = {};
        for (; i + lanes <= classes; i += lanes) {
#pragma omp simd
            for (Index l = 0; l < lanes; ++l) {
                const Pair<T> next = two_sum(sum[l], row[i + l]);
                sum[l] = next.high;
                low[l] += next.low;
            }
        }
        for (Index l = 0; l < lanes; ++l) {
            total = add(total, sum[l]);
            total.low += low[l];
        }
    }
    for (; i < classes; ++i) total = add(total, row[i]);
    return settled(total);
}

template <class T>
inline Pair<T> compensated_sum_without(const T* row, Index classes, Index excluded) {
    const Pair<T> before = compensated_sum(row, excluded);
    const Pair<T> after = compensated_sum(row + excluded + 1, classes - excluded - 1);
    const Pair<T> total = add(before, after.high);
    return settled(Pair<T>{total.high, total.low + after.low});
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
