// psi(L) = alpha L - beta A (1 - p): psi' = alpha - beta A p, psi'' = beta A p, where A <= 0.
#pragma once

#include "../stages/true_class.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct SymmetricCrossEntropy {
    template <class P>
    SOFTGRAD_INLINE static Pack psi(const TrueClass& c, const double* parameters) {
        return parameters[0] * c.nll - reverse(parameters) * c.q;
    }
    template <class P>
    SOFTGRAD_INLINE static Pack psi_first(const TrueClass& c, const double* parameters) {
        return parameters[0] - reverse(parameters) * c.p;
    }
    template <class P>
    SOFTGRAD_INLINE static Pack psi_second(const TrueClass& c, const double* parameters) {
        return reverse(parameters) * c.p;
    }

private:
    // The weight of the reverse cross-entropy, beta A.
    SOFTGRAD_INLINE static double reverse(const double* parameters) {
        return parameters[1] * parameters[2];
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
