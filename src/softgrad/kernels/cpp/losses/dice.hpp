// 1 - (2 t . p + smooth) / (sum p + sum t + smooth).
#pragma once

#include "../stages/overlap.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Dice {
    template <class P>
    static void evaluate(Tile& tile) {
        Overlap{0.5, 0.5, 0.5 * tile.parameters_of_loss[0]}.evaluate<P>(tile);
    }

    static constexpr LossStages stages(const char* name) {
        return {name, Form::output, false, true, true, false, true, SOFTGRAD_STAGES(evaluate)};
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
