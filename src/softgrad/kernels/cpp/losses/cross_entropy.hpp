// -log p of the true class; of targets one an entry, too, in lanes of either width.
#pragma once

#include "../stages/dense_loop.hpp"
#include "generated/losses/cross_entropy.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct CrossEntropy : generated::CrossEntropy {
    struct Dense {
        static constexpr bool through_log = true, first_is_target = true;
        static constexpr double least_value = 0.0;
        using Vector = WideFloat;
        static bool serves(const double*) { return true; }
        template <class V>
        SOFTGRAD_INLINE static DenseTerm<V> at(const DensePoint<V>& r, const double*) {
            return {r.t * r.nll, r.t};
        }
    };
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
