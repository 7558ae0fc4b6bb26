// |u - w|^2 / 2 with u = r / |r| and w = t / |t|, which is 1 - cos(r, t); a Hessian of the
// identity and a pair. Half a squared distance keeps its digits for a small angle.
#pragma once

#include "../stages/direction.hpp"
#include "../stages/stages.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Cosine {
    template <class P>
    static void evaluate(Tile& tile) {
        const Shape& shape = tile.shape;
        for (Index s = 0; s < shape.strands; ++s) {
            const Index start = s * shape.packs;
            const auto r = outputs_of(tile, start);
            const auto t = targets_of(tile, start);
            const Direction<P> own = Direction<P>::of(r, shape), aim = Direction<P>::of(t, shape);
            Pack sum = {};
            for (Index k = 0; k < shape.packs; ++k) {
                const Pack u = own.unit(r(k)), w = aim.unit(t(k));
                // Where both are nearly 1, u - w is (1 - w) - (1 - u).
                const Mask both = own.is_dominant(r(k)) & aim.is_dominant(t(k)) & (u * w > 0.0);
                const Pack shorter = aim.dominant_shortfall - own.dominant_shortfall;
                const Pack difference = select(both, shorter, u - w);
                sum = multiply_add(difference, difference, sum);
            }
            tile.value[s] += 0.5 * shape.across(sum);
            const auto aimed = [&](Index k) { return aim.unit(t(k)); };
            const bool by_entry = !tile.on_classes && tile.heads.first;
            pull_towards(tile, start, by_entry ? own.near_one(tile, start) : own, r, aimed);
        }
    }

    template <class P>
    static void product(Tile& tile) {
        const Shape& shape = tile.shape;
        for (Index s = 0; s < shape.strands; ++s) {
            const Index start = s * shape.packs;
            const auto r = outputs_of(tile, start);
            const auto t = targets_of(tile, start);
            const Direction<P> own = Direction<P>::of(r, shape), aim = Direction<P>::of(t, shape);
            const auto aimed = [&](Index k) { return aim.unit(t(k)); };
            turn(tile, start, tile.heads.first && !tile.on_classes ? own.near_one() : own, r,
                 aimed);
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
    // Below, 1 - cos of powers in float32 has lost digits.
    static constexpr double least_value = 0.25;

    static bool of_powers(const PowerSums& row, const double*, PowerSlopes& found) {
        const double length = __builtin_sqrt(row.target_squares);
        if (!(length > 0x1p-40 && length < 0x1p40)) return false;
        found.value = 1.0 - PowersTowards(row, length, found).projection;
        return found.value > least_value;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
