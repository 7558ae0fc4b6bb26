// psi(L) = L + epsilon q with q = 1 - p: psi' = 1 + epsilon p, psi'' = -epsilon p.
#pragma once

#include "../arithmetic/relative_entropy.hpp"
#include "../stages/true_class.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Poly {
    template <class P>
    SOFTGRAD_INLINE static Pack psi(const TrueClass& c, const double* parameters) {
        const double epsilon = parameters[0];
        const Pack plain = c.nll + epsilon * c.q;
        if (epsilon >= 0.0) return plain;
        // L and epsilon q cancel where q is small: L - q is of order q^2.
        const Pack small = where(c.q < 0.5, c.q);
        const Pack near = (1.0 + epsilon) * small - log1pmx(-small);
        return select(c.q < 0.5, near, plain);
    }
    template <class P>
    SOFTGRAD_INLINE static Pack psi_first(const TrueClass& c, const double* parameters) {
        return c.q + (1.0 + parameters[0]) * c.p;
    }
    template <class P>
    SOFTGRAD_INLINE static Pack psi_second(const TrueClass& c, const double* parameters) {
        return -parameters[0] * c.p;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
