// -log p of the true class; of targets one an entry in float32, too: in doubles it takes five times
// as long.
#pragma once

#include "../stages/dense_floats.hpp"
#include "generated/losses/cross_entropy.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct CrossEntropy : generated::CrossEntropy {
    struct InFloats {
        static constexpr bool through_log = true, first_is_target = true;
        static constexpr double least_value = 0.0;
        using Vector = WideFloat;
        static bool serves(const double*) { return true; }
        SOFTGRAD_INLINE static DenseTerm<WideFloat> at(const DensePoint<WideFloat>& r,
                                                       const double*) {
            return {r.t * r.nll, r.t};
        }
    };
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
