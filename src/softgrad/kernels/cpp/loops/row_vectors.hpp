// The vectors of a row of float32 numbers that follow each other, of which the last may be a part.
#pragma once

#include "../arithmetic/numbers.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// `work` of each vector of a row, and how many entries of it count.
template <class Work>
SOFTGRAD_INLINE void each_vector(Index classes, const Work& work) {
    Index k = 0;
    for (; k + wide_lanes <= classes; k += wide_lanes) work(k, wide_lanes);
    if (k < classes) work(k, classes - k);
}
SOFTGRAD_INLINE WideFloat loaded(const float* from, Index count) {
    if (count == wide_lanes) return load_unaligned<WideFloat>(from);
    return Singles::load_some<float>(reinterpret_cast<const char*>(from), count);
}
SOFTGRAD_INLINE void put(float* to, WideFloat x, Index count) {
    if (count == wide_lanes) return store_unaligned(to, x);
    Singles::store_some<float>(reinterpret_cast<char*>(to), x, count);
}

// The sum of `term` of each vector of a row; `by_fours`, where none of them is taken off again, of four
// at a time in float32.
template <bool by_fours, class Term>
SOFTGRAD_INLINE double summed(Index classes, const Term& term) {
    LongSum<Singles> sum;
    Index k = 0;
    for (; by_fours && k + 4 * wide_lanes <= classes; k += 4 * wide_lanes) {
        const auto at = [&](Index i) __attribute__((always_inline)) {
            return term(k + i * wide_lanes, wide_lanes);
        };
        sum.add(at(0), at(1), at(2), at(3));
    }
    for (; k + wide_lanes <= classes; k += wide_lanes) sum.add(term(k, wide_lanes));
    if (k < classes) sum.add(term(k, classes - k));
    return lane_sum(sum.half(0).high + sum.half(1).high);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
