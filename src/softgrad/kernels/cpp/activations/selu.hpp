// 1.05 z, and 1.76 (exp(z) - 1) left of 0, in float32, too (generated/activations/selu.hpp).
#pragma once

#include "../stages/exponential_linear.hpp"
#include "generated/activations/selu.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct SELU : generated::SELU {
    struct InFloats : ExponentialLinear<InFloats> {
        static constexpr double slope = 1.0507009873554805;
        static double depth(const double*) { return 1.7580993408473766; }
        static bool serves(const double*) { return true; }
    };
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
