// One entry of a row with a target an entry, and what a loss makes of it (dense_loop.hpp).
#pragma once

#include <type_traits>

#include "../arithmetic/numbers.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// An entry in each lane.
template <class V>
struct DensePoint {
    using Number = std::decay_t<decltype(V{}[0])>;
    V p;
    V q;  // 1 - p, accurate when p is near 1
    V nll;  // -log p
    V t;
    decltype(V{} > V{}) is_large;  // p > 1/2
};
struct PrecisePoint : DensePoint<Pack> {
    Pack log_t;  // of targets that are not 0
};
// For results in float64.
struct ExactPoint : DensePoint<Pack> {};
template <class V>
struct DenseTerm {
    V value;
    V first;
};

// For results in the numbers N.
template <class N>
using DensePointIn =
    std::conditional_t<std::is_same_v<N, Doubles>, ExactPoint, DensePoint<WideFloat>>;

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
