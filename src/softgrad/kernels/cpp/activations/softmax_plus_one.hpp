// exp(z_i) / (exp(b) + sum_j exp(z_j)): softmax of [b, z] without its first output.
#pragma once

#include "../stages/softmax_family.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct SoftmaxPlusOne : SoftmaxFamily<SoftmaxPlusOne> {
    static constexpr int sign = 1;
    static constexpr bool has_temperature = false;
    static Exponent exponent(const double* parameters) {
        Exponent found = Exponent::of(1.0);
        found.ghost = parameters[0];
        return found;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
