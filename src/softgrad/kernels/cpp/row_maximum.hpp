// Where the largest entry of a row is. It is the pivot of everything that follows: the one entry
// that can lose digits, and therefore the one that is left out of the sums.
#pragma once

#include "platform.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Independent accumulators of a row-wise loop: two AVX-512 registers of doubles, one of floats.
inline constexpr Index lanes = 16;

// The largest entry, NaN ignored; -inf if there is no other number.
template <class T>
inline T maximum(const T* row, Index classes) {
    T largest = -infinity<T>;
    Index i = 0;
    if (classes >= lanes) {
        T lane[lanes];
        for (Index l = 0; l < lanes; ++l) lane[l] = -infinity<T>;
        for (; i + lanes <= classes; i += lanes) {
#pragma omp simd
            for (Index l = 0; l < lanes; ++l) {
                lane[l] = row[i + l] > lane[l] ? row[i + l] : lane[l];
            }
        }
        for (Index l = 0; l < lanes; ++l) largest = lane[l] > largest ? lane[l] : largest;
    }
    for (; i < classes; ++i) largest = row[i] > largest ? row[i] : largest;
    return largest;
}

// The first position of `value`, or `classes` if it does not occur.
template <class T>
inline Index first_position(const T* row, Index classes, T value) {
    Index i = 0;
    for (; i + lanes <= classes; i += lanes) {
        int found = 0;
#pragma omp simd reduction(| : found)
        for (Index l = 0; l < lanes; ++l) found |= row[i + l] == value ? 1 : 0;
        if (found) break;
    }
    while (i < classes && row[i] != value) ++i;
    return i;
}

enum class RowKind {
    regular,      // the largest entry is a finite number
    saturated,    // one entry is +inf: its probability is 1
    impossible,   // every entry is -inf: no class can occur
    undefined,    // NaN throughout: several +inf, or a NaN beside infinities
};

template <class T>
struct Pivot {
    RowKind kind;
    Index position;
    T logit;
};

template <class T>
inline Pivot<T> find_pivot(const T* row, Index classes) {
    const T largest = maximum(row, classes);
    const Index position = first_position(row, classes, largest);
    const T magnitude = largest < T(0) ? -largest : largest;
    if (magnitude < infinity<T>) return {RowKind::regular, position, largest};
    // Rare from here on, so plainly written. A row of NaN alone has no position.
    for (Index i = 0; i < classes; ++i) {
        const bool second_infinity = i != position && largest > T(0) && row[i] == largest;
        if (row[i] != row[i] || second_infinity) return {RowKind::undefined, 0, largest};
    }
    return {largest > T(0) ? RowKind::saturated : RowKind::impossible, position, largest};
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
