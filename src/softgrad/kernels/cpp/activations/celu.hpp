// z for z > 0, alpha (exp(z / alpha) - 1) below.
#pragma once

#include "../stages/exponential_linear.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct CELU : ExponentialLinear<CELU> {
    SOFTGRAD_INLINE static LinearExponential shape(const double* parameters) {
        return {1.0, parameters[0], parameters[0]};
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
