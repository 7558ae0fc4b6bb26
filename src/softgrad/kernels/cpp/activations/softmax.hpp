// exp(z_i / T) / sum_j exp(z_j / T).
#pragma once

#include "../stages/softmax_family.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Softmax {
    static constexpr int sign = 1;
    static Exponent exponent(const double* parameters) { return Exponent::of(parameters[0]); }

    template <class P>
    static void forward(Tile& tile) {
        softmax_forward<P, Softmax>(tile);
    }

    static constexpr ActivationStages stages(const char* name) {
        ActivationStages made{name,
                              Kind::classes,
                              -infinity,
                              SOFTGRAD_STAGES(forward),
                              SOFTGRAD_STAGES(normalised_pullback),
                              SOFTGRAD_STAGES(normalised_pushforward),
                              SOFTGRAD_STAGES(normalised_bend),
                              SOFTGRAD_STAGES(softmax_fenchel_young)};
        made.fenchel_young_reads_output = true;
        made.sign_of_exponent = sign;
        made.has_temperature = true;
        return made;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
