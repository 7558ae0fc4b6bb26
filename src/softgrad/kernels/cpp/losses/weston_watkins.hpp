// sum_{j != c} max(0, 1 + r_j - r_c), or its terms squared; c is the label. The Hessian of the
// squared form is 2 sum_j (e_j - e_c)(e_j - e_c)^T over the violations.
#pragma once

#include "../stages/rivals.hpp"
#include "../stages/stages.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct WestonWatkins {
    template <class P>
    static void evaluate(Tile& tile) {
        const bool squared = tile.parameters_of_loss[0] != 0.0;
        for (Index s = 0; s < tile.shape.strands; ++s) evaluate_strand(tile, s, squared);
    }

    static constexpr LossStages stages(const char* name) {
        return {name, Form::output, false, true, false, false, true, SOFTGRAD_STAGES(evaluate)};
    }

private:
    static void evaluate_strand(Tile& tile, Index s, bool squared) {
        const Shape& shape = tile.shape;
        const Index start = s * shape.packs, end = start + shape.packs;
        Pack own = {}, labels = {};
        for (Index e = start; e < end; ++e) {
            const Mask is_label = tile.target[e] > 0.0;
            own += where(is_label, tile.heads.p[e]);
            labels += where(is_label, splat(1.0));
        }
        own = shape.across(own);
        const Mask has_label = shape.across(labels) > 0.0;
        Pack sum = {}, slopes = {}, count = {};
        for (Index e = start; e < end; ++e) {
            const Mask counts = has_label & (tile.target[e] == 0.0);
            const Pack gap = margin_gap(tile.heads.p[e], own, 1.0);
            const Pack v = kept(tile, e, where(counts, positive_part(gap)));
            // The sign of a violation: NaN is its own.
            const Pack active = select(v > 0.0, splat(1.0), v);
            const Pack slope = squared ? 2.0 * v : active;
            sum += squared ? v * v : v;
            slopes += slope;
            count += active;
            tile.gradient[e] = slope;
            if (tile.hessian) tile.hessian[e] = active;
        }
        tile.value[s] += shape.across(sum);
        slopes = shape.across(slopes);
        count = shape.across(count);
        for (Index e = start; e < end; ++e) {
            const Pack t = tile.target[e];
            tile.gradient[e] -= where(t > 0.0, slopes);
            if (tile.hessian) {
                const Pack bend = 2.0 * tile.hessian[e], bends = 2.0 * count;
                // (In the diagonal the product is 0: the label's own violation is.)
                if (tile.left) tile.left[e] = -t;
                if (tile.left) tile.right[e] = squared ? bend : Pack{};
                tile.hessian[e] = squared ? bend + t * bends : Pack{};
            }
        }
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
