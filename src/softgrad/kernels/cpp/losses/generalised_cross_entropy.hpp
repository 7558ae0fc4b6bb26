// psi(L) = (1 - p^q) / q with the exponent q: psi' = p^q, psi'' = -q p^q.
#pragma once

#include "../arithmetic/exponential_minus_one.hpp"
#include "../arithmetic/power.hpp"
#include "../stages/true_class.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct GeneralisedCrossEntropy {
    template <class P>
    SOFTGRAD_INLINE static Pack psi(const TrueClass& c, const double* parameters) {
        const double exponent = parameters[0];
        return -exponential_minus_one<P>(-exponent * c.nll) / exponent;
    }
    template <class P>
    SOFTGRAD_INLINE static Pack psi_first(const TrueClass& c, const double* parameters) {
        return power<P>(c.p, -c.nll, parameters[0]);
    }
    template <class P>
    SOFTGRAD_INLINE static Pack psi_second(const TrueClass& c, const double* parameters) {
        return -parameters[0] * power<P>(c.p, -c.nll, parameters[0]);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
