// exp(-z_i / T) / sum_j exp(-z_j / T): softmax of -z.
#pragma once

#include "../stages/softmax_family.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Softmin : SoftmaxFamily<Softmin> {
    static constexpr int sign = -1;
    static constexpr bool has_temperature = true;
    static Exponent exponent(const double* parameters) { return Exponent::of(parameters[0]); }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
