// 1 - (2 t . p + smooth) / (sum p + sum t + smooth).
#pragma once

#include "../stages/overlap.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Dice {
    template <class P>
    static void evaluate(Tile& tile) {
        of(tile.parameters_of_loss).evaluate<P>(tile);
    }

    static constexpr LossStages stages(const char* name) {
        return Overlap::stages(name, SOFTGRAD_STAGES(evaluate), of_powers);
    }

private:
    static Overlap of(const double* parameters) { return {0.5, 0.5, 0.5 * parameters[0]}; }
    static bool of_powers(const PowerSums& row, const double* parameters, PowerSlopes& found) {
        return of(parameters).of_powers(row, found);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
