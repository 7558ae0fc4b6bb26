// (s + x^2) / 2 with x = (t - m) exp(-s / 2), of rows (m, s): mean and log-variance. Its gradient
// is (-x exp(-s / 2), (1 - x^2) / 2), its Hessian ((exp(-s), x exp(-s / 2)), (.., x^2 / 2)).
#pragma once

#include "../arithmetic/precision.hpp"
#include "../stages/stages.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Gaussian {
    template <class P>
    static void evaluate(Tile& tile) {
        const Shape& shape = tile.shape;
        for (Index s = 0; s < shape.strands; ++s) {
            const Index start = s * shape.packs;
            // The two entries of a row, in one pack or in two.
            Pack mean = {}, log_variance = {}, observed = {}, counting = {};
            for (Index k = 0; k < shape.packs; ++k) {
                const Index e = start + k;
                const Pack number = shape.entry_numbers(k);
                mean += where(number == 0.0, tile.heads.p[e]);
                observed += where(number == 0.0, tile.target[e]);
                log_variance += where(number == 1.0, tile.heads.p[e]);
                counting += where(number < 2.0, kept(tile, e, splat(1.0)));
            }
            const Pack half = 0.5 * shape.across(log_variance);
            const Pack root = P::exp(-half);
            const Pack gap = shape.across(observed) - shape.across(mean);
            const Pack x = where(~((gap == 0.0) & (half == half)), gap * root);
            // A row of which an entry is masked counts nothing.
            const Mask whole = shape.across(counting) == 2.0;
            // The square outgrows the logarithm.
            const Pack value =
                select(absolute(x) == infinity, splat(infinity), half + 0.5 * (x * x));
            tile.value[s] += where(whole, value);

            const Pack crossed = where(whole, x * root);
            const Pack by_log_variance = 0.5 * (1.0 - x) * (1.0 + x);
            for (Index k = 0; k < shape.packs; ++k) {
                const Index e = start + k;
                const Mask first = whole & (shape.entry_numbers(k) == 0.0);
                const Mask second = whole & (shape.entry_numbers(k) == 1.0);
                tile.gradient[e] = select(first, -crossed, where(second, by_log_variance));
                if (!tile.hessian) continue;
                // Infinitely far from the target the row has no mixed curvature.
                const Pack left = where(first & ~(absolute(crossed) == infinity), crossed);
                const Pack right = where(second, splat(1.0));
                const Pack own = select(first, root * root, where(second, 0.5 * (x * x)));
                tile.hessian[e] = tile.left ? own : own + 2.0 * left * right;
                if (tile.left) tile.left[e] = left;
                if (tile.left) tile.right[e] = right;
            }
        }
    }

    static constexpr LossStages stages(const char* name) {
        return {name, Form::output, false, true, false, false, true, SOFTGRAD_STAGES(evaluate)};
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
