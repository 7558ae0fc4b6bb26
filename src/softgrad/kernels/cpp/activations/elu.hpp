// z, and alpha (exp(z) - 1) left of 0, in float32, too.
#pragma once

#include "../stages/exponential_linear.hpp"
#include "generated/activations/elu.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct ELU : generated::ELU {
    struct InFloats : ExponentialLinear<InFloats> {
        static constexpr double slope = 1.0;
        static double depth(const double* parameters) { return parameters[0]; }
        static bool serves(const double* parameters) { return is_float(parameters[0]); }
    };
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
