// (p - t)^2; of the probabilities of exponentials, too.
#pragma once

#include "../stages/dense_loop.hpp"
#include "generated/losses/squared_error.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct SquaredError : generated::SquaredError {
    struct Dense {
        static constexpr bool through_log = false, first_is_target = false;
        static constexpr double least_value = 0.0;
        using Vector = WideFloat;
        static bool serves(const double*) { return true; }
        template <class V>
        SOFTGRAD_INLINE static DenseTerm<V> at(const DensePoint<V>& r, const double*) {
            constexpr typename DensePoint<V>::Number one = 1;
            const V d = r.is_large ? (one - r.t) - r.q : r.p - r.t;
            return {d * d, d + d};
        }
    };
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
