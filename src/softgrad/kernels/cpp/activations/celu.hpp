// z, and alpha (exp(z / alpha) - 1) left of 0; in float32 for alpha = 1, where nothing is divided.
#pragma once

#include "../stages/exponential_linear.hpp"
#include "generated/activations/celu.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct CELU : generated::CELU {
    struct InFloats : ExponentialLinear<InFloats> {
        static constexpr double slope = 1.0;
        static double depth(const double*) { return 1.0; }
        static bool serves(const double* parameters) { return parameters[0] == 1.0; }
    };
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
