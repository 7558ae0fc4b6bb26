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
        return {name,
                Form::output,
                false,
                true,
                false,
                false,
                true,
                SOFTGRAD_STAGES(evaluate),
                SOFTGRAD_STAGES(product)};
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
