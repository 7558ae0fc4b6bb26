// psi(L) = q^gamma L with q = 1 - p:
//     psi'  = q^gamma (1 + gamma p L / q)
//     psi'' = gamma p q^(gamma - 1) (2 - L + (gamma - 1) p L / q)
#pragma once

#include "../arithmetic/power.hpp"
#include "../stages/true_class.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Focal {
    template <class P>
    SOFTGRAD_INLINE static Pack psi(const TrueClass& c, const double* parameters) {
        return power<P>(c.q, parameters[0]) * c.nll;
    }
    template <class P>
    SOFTGRAD_INLINE static Pack psi_first(const TrueClass& c, const double* parameters) {
        const double gamma = parameters[0];
        return power<P>(c.q, gamma) * (1.0 + gamma * (c.p * nll_over_q(c)));
    }
    template <class P>
    SOFTGRAD_INLINE static Pack psi_second(const TrueClass& c, const double* parameters) {
        const double gamma = parameters[0];
        // Of gamma < 1 it is infinite at q = 0: a large number stands for it.
        const Pack q = largest(splat(0x1p-1022), c.q);
        const Pack bracket = (2.0 - finite(c)) + (gamma - 1.0) * (c.p * nll_over_q(c));
        return (gamma * power<P>(q, gamma - 1.0)) * (c.p * bracket);
    }

private:
    // L, and 0 where p = 0 makes it infinite: only p L, whose limit is 0, is asked for there.
    SOFTGRAD_INLINE static Pack finite(const TrueClass& c) {
        return where(c.nll != infinity, c.nll);
    }
    // L / q, which tends to 1 as p -> 1.
    SOFTGRAD_INLINE static Pack nll_over_q(const TrueClass& c) {
        const Mask certain = c.q == 0.0;
        return select(certain, splat(1.0), finite(c) / select(certain, splat(1.0), c.q));
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
