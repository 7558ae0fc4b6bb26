// psi(L) = 1 - p: psi' = p, psi'' = -p.
#pragma once

#include "../stages/true_class.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct TrueClassError {
    template <class P>
    SOFTGRAD_INLINE static Pack psi(const TrueClass& c, const double*) {
        return c.q;
    }
    template <class P>
    SOFTGRAD_INLINE static Pack psi_first(const TrueClass& c, const double*) {
        return c.p;
    }
    template <class P>
    SOFTGRAD_INLINE static Pack psi_second(const TrueClass& c, const double*) {
        return -c.p;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
