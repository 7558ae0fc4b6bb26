// exp(z_i / T) / sum_j exp(z_j / T).
#pragma once

#include "../stages/softmax_family.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Softmax : SoftmaxFamily<Softmax> {
    static constexpr int sign = 1;
    static constexpr bool has_temperature = true;
    static Exponent exponent(const double* parameters) { return Exponent::of(parameters[0]); }

    static constexpr ActivationStages stages(const char* name) {
        ActivationStages made = SoftmaxFamily<Softmax>::stages(name);
        made.fenchel_young = SOFTGRAD_STAGES(softmax_fenchel_young);
        made.fenchel_young_reads_output = true;
        return made;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
