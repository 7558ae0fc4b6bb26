// psi(L) = L.
#pragma once

#include "../stages/true_class.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct CrossEntropy {
    static constexpr bool of_logarithm_alone = true;

    template <class P>
    SOFTGRAD_INLINE static Pack psi(const TrueClass& c, const double*) {
        return c.nll;
    }
    template <class P>
    SOFTGRAD_INLINE static Pack psi_first(const TrueClass&, const double*) {
        return splat(1.0);
    }
    template <class P>
    SOFTGRAD_INLINE static Pack psi_second(const TrueClass&, const double*) {
        return Pack{};
    }

    static constexpr LossStages stages(const char* name) {
        LossStages made = TrueClassLoss<CrossEntropy>::stages(name);
        made.psi_is_identity = true;
        return made;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
