// The values of a tile of short rows, from where they stand side by side.
#pragma once

#include "../arithmetic/numbers.hpp"
#include "store.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// `value_of(s)` are the packs of strand s. All but those that are `left_out`, if that is not null.
template <class N, class ValueOf>
void store_values_of(const Entries& values, Index first, Index rows, const bool* left_out,
                     const ValueOf& value_of) {
    constexpr Index size = sizeof(typename N::Number);
    const bool plain =
        !left_out && values.at.row_stride() == size && size_of(values.storage) == size;
    Index r = 0;
    for (; plain && r + N::count <= rows; r += N::count) {
        store_unaligned(values.at.row(first + r), N::of(value_of(r / N::count)));
    }
    for (; r < rows; ++r) {
        if (left_out && left_out[r]) continue;
        const Index lane = r % N::count;
        const Pack value = value_of(r / N::count)[lane / lanes];
        store_row_number(values, first + r, value[lane % lanes]);
    }
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
