// One entry of a row with a target an entry, and what a loss makes of it (dense_floats.hpp).
#pragma once

#include "../arithmetic/numbers.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// An entry in each lane.
template <class V>
struct DensePoint {
    V p;
    V q;  // 1 - p, accurate when p is near 1
    V nll;  // -log p
    V t;
    decltype(V{} > V{}) is_large;  // p > 1/2
};
struct PrecisePoint : DensePoint<Pack> {
    Pack log_t;  // of targets that are not 0
};
template <class V>
struct DenseTerm {
    V value;
    V first;
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
