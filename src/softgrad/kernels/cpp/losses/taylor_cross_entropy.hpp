// psi(L) = q + q^2 / 2 + ... + q^order / order with q = 1 - p:
//     psi' = 1 - q^order = p (1 + q + ... + q^(order - 1)),   psi'' = -order p q^(order - 1)
#pragma once

#include "../arithmetic/power.hpp"
#include "../stages/true_class.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct TaylorCrossEntropy {
    template <class P>
    SOFTGRAD_INLINE static Pack psi(const TrueClass& c, const double* parameters) {
        Pack total = {};
        for (Index j = order(parameters); j > 0; --j) {
            total = c.q * (1.0 / static_cast<double>(j) + total);
        }
        return total;
    }
    template <class P>
    SOFTGRAD_INLINE static Pack psi_first(const TrueClass& c, const double* parameters) {
        Pack total = {};
        for (Index j = order(parameters); j > 0; --j) total = multiply_add(c.q, total, splat(1.0));
        return c.p * total;
    }
    template <class P>
    SOFTGRAD_INLINE static Pack psi_second(const TrueClass& c, const double* parameters) {
        return -parameters[0] * c.p * power<P>(c.q, parameters[0] - 1.0);
    }

private:
    SOFTGRAD_INLINE static Index order(const double* parameters) {
        return static_cast<Index>(parameters[0]);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
