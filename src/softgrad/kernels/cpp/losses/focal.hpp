// -(1 - p)^gamma log p; of targets one an entry in float32, too, where the power is a product.
#pragma once

#include "../stages/dense_loop.hpp"
#include "generated/losses/focal.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Focal : generated::Focal {
    struct Dense {
        static constexpr bool through_log = true, first_is_target = false;
        static constexpr double least_value = 0.0;
        using Vector = WideFloat;
        static bool serves(const double* parameters) {
            return parameters[0] == 1.0 || parameters[0] == 2.0 || parameters[0] == 3.0;
        }
        // psi' = q^(gamma - 1) (q + gamma p L).
        SOFTGRAD_INLINE static DenseTerm<WideFloat> at(const DensePoint<WideFloat>& r,
                                                       const double* parameters) {
            const auto gamma = static_cast<float>(parameters[0]);
            WideFloat weight = r.t;
            if (gamma > 1.0f) weight *= r.q;
            if (gamma > 2.0f) weight *= r.q;
            const WideFloat slope = multiply_add(r.p * gamma, r.nll, r.q);
            return {weight * (r.q * r.nll), weight * slope};
        }
    };
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
