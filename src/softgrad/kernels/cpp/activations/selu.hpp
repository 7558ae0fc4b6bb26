// scale z for z > 0, scale alpha (exp(z) - 1) below.
//
// Source: Klambauer et al. 2017; the constants of the appendix, rounded to float64.
#pragma once

#include "../stages/exponential_linear.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct SELU : ExponentialLinear<SELU> {
    static constexpr double scale = 1.0507009873554804934193349852946;
    static constexpr double alpha = 1.6732632423543772848170429916717;

    SOFTGRAD_INLINE static LinearExponential shape(const double*) {
        return {scale, scale * alpha, 1.0};
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
