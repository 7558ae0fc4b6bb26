// sum_c t_c (1 - u_c) with u = p / |p|; a Hessian of the identity and a pair.
#pragma once

#include "../stages/direction.hpp"
#include "../stages/stages.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct SphericalScore {
    template <class P>
    static void evaluate(Tile& tile) {
        const Shape& shape = tile.shape;
        for (Index s = 0; s < shape.strands; ++s) {
            const Index start = s * shape.packs;
            const auto p = outputs_of(tile, start);
            const auto t = targets_of(tile, start);
            const Direction<P> direction = Direction<P>::of(p, shape);
            Pack sum = {};
            for (Index k = 0; k < shape.packs; ++k) sum += t(k) * direction.shortfall(p(k));
            tile.value[s] += shape.across(sum);
            pull_towards(tile, start, direction, p, t);
        }
    }

    template <class P>
    static void product(Tile& tile) {
        for (Index s = 0; s < tile.shape.strands; ++s) {
            const Index start = s * tile.shape.packs;
            const auto p = outputs_of(tile, start);
            const auto t = targets_of(tile, start);
            turn(tile, start, Direction<P>::of(p, tile.shape), p, t);
        }
    }

    static constexpr LossStages stages(const char* name) {
        LossStages made{name,
                        Form::output,
                        false,
                        true,
                        false,
                        false,
                        true,
                        SOFTGRAD_STAGES(evaluate),
                        SOFTGRAD_STAGES(product)};
        made.whole_row = of_powers;
        return made;
    }

private:
    static bool of_powers(const PowerSums& row, const double*, PowerSlopes& found) {
        const double norm = PowersTowards(row, 1.0, found).norm;
        const double others = row.squares + (row.tops - 1.0) * row.top * row.top;
        const double shortfall_of_top = others / (norm * (norm + row.top));
        found.value = (row.targets - row.hits / norm) + row.top_targets * shortfall_of_top;
        return true;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
