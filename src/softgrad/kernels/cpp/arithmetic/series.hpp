// Sums of powers, of as many terms as a hyper-parameter says, by Horner's rule.
#pragma once

#include "pack.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// 1 + q + ... + q^(terms - 1).
SOFTGRAD_INLINE Pack geometric_sum(Pack q, double terms) {
    Pack total = {};
    for (Index j = static_cast<Index>(terms); j > 0; --j)
        total = multiply_add(q, total, splat(1.0));
    return total;
}

// q + q^2 / 2 + ... + q^order / order.
SOFTGRAD_INLINE Pack logarithm_series(Pack q, double order) {
    Pack total = {};
    for (Index j = static_cast<Index>(order); j > 0; --j) {
        total = q * (1.0 / static_cast<double>(j) + total);
    }
    return total;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
