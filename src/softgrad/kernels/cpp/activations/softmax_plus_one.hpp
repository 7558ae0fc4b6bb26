// exp(z_i) / (exp(b) + sum_j exp(z_j)): softmax of [b, z] without its first output.
#pragma once

#include "../stages/softmax_family.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct SoftmaxPlusOne {
    static constexpr int sign = 1;
    static Exponent exponent(const double* parameters) {
        Exponent found = Exponent::of(1.0);
        found.ghost = parameters[0];
        return found;
    }

    template <class P>
    static void forward(Tile& tile) {
        softmax_forward<P, SoftmaxPlusOne>(tile);
    }

    static constexpr ActivationStages stages(const char* name) {
        ActivationStages made{name,
                              Kind::classes,
                              -infinity,
                              SOFTGRAD_STAGES(forward),
                              SOFTGRAD_STAGES(normalised_pullback),
                              SOFTGRAD_STAGES(normalised_pushforward),
                              SOFTGRAD_STAGES(normalised_bend),
                              Stages{}};
        made.sign_of_exponent = sign;
        made.has_ghost = true;
        return made;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
