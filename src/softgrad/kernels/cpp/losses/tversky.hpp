// 1 - T / (T + alpha sum p (1 - t) + beta sum t (1 - p)) with T = t . p + smooth.
#pragma once

#include "../stages/overlap.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Tversky {
    template <class P>
    static void evaluate(Tile& tile) {
        of(tile.parameters_of_loss).evaluate<P>(tile);
    }

    static constexpr LossStages stages(const char* name) {
        return Overlap::stages(name, SOFTGRAD_STAGES(evaluate), of_powers);
    }

private:
    static Overlap of(const double* parameters) {
        return {parameters[0], parameters[1], parameters[2]};
    }
    static bool of_powers(const PowerSums& row, const double* parameters, PowerSlopes& found) {
        return of(parameters).of_powers(row, found);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
