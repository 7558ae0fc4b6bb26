// 1 - T / (T + alpha sum p (1 - t) + beta sum t (1 - p)) with T = t . p + smooth.
#pragma once

#include "../stages/overlap.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Tversky {
    template <class P>
    static void evaluate(Tile& tile) {
        const double* parameters = tile.parameters_of_loss;
        Overlap{parameters[0], parameters[1], parameters[2]}.evaluate<P>(tile);
    }

    static constexpr LossStages stages(const char* name) {
        return {name, Form::output, false, true, true, false, true, SOFTGRAD_STAGES(evaluate)};
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
