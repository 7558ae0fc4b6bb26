// (p - t)^2; of the probabilities of exponentials in float32, too.
#pragma once

#include "../stages/dense_floats.hpp"
#include "generated/losses/squared_error.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct SquaredError : generated::SquaredError {
    struct InFloats {
        static constexpr bool through_log = false, first_is_target = false;
        static constexpr double least_value = 0.0;
        using Vector = WideFloat;
        static bool serves(const double*) { return true; }
        SOFTGRAD_INLINE static DenseTerm<WideFloat> at(const DensePoint<WideFloat>& r,
                                                       const double*) {
            const WideFloat d = r.is_large ? (1.0f - r.t) - r.q : r.p - r.t;
            return {d * d, d + d};
        }
    };
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
