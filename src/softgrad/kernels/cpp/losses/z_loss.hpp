// (log Z)^2 with Z = sum exp z_j, by the logits z: with p = softmax(z) its gradient is 2 log Z p,
// and the diagonal of its Hessian 2 log Z p (1 - p) + 2 p^2.
#pragma once

#include "../stages/exponentials.hpp"
#include "../stages/stages.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct ZLoss {
    template <class P>
    static void evaluate(Tile& tile) {
        const Shape& shape = tile.shape;
        const Exponent exponent = Exponent::of(1.0);
        for (Index s = 0; s < shape.strands; ++s) {
            const Index start = s * shape.packs;
            Pack* p = tile.gradient + start;
            // Masked logits are -inf here, whatever the activation calls neutral.
            Pack broken = {};
            for (Index k = 0; k < shape.packs; ++k) {
                const Pack z = tile.z[start + k];
                p[k] = tile.keep ? select(tile.keep[start + k], z, splat(-infinity)) : z;
                broken += where(is_nan(p[k]), splat(not_a_number));
            }
            const Pack top = row_top(p, shape);
            const RowSums sums = exponentials<P, true>(p, p, nullptr, shape, exponent);
            const Pack log_z = log_partition(top, sums) + shape.across(broken);
            tile.value[s] += log_z * log_z;
            const Pack twice = 2.0 * log_z, rest = without_trace<P>(sums.top_q);
            for (Index k = 0; k < shape.packs; ++k) {
                const Pack own = without_trace<P>(scaled(p[k], sums.inverse));
                if (tile.hessian) {
                    const Pack others = select(own > 0.5, rest, 1.0 - own);
                    // A row with one +inf is one-hot, and spreads nothing.
                    const Pack spread =
                        where(~((own == 0.0) | (others == 0.0)), twice * own * others);
                    tile.hessian[start + k] = spread + 2.0 * (own * own);
                }
                p[k] = where(~(own == 0.0), twice * own);
            }
        }
    }

    static constexpr LossStages stages(const char* name) {
        return {name, Form::logits, false, false, false, false, false, SOFTGRAD_STAGES(evaluate)};
    }

private:
    // 0 for what a brief exponential leaves of 0, which log Z = inf would multiply.
    template <class P>
    SOFTGRAD_INLINE static Pack without_trace(Pack p) {
        return P::precise ? p : where(~(p < 1e-300), p);
    }
    // top + log(1 + rest), whose parts may cancel; 0 for a row that is -inf throughout.
    SOFTGRAD_INLINE static Pack log_partition(Pack top, const RowSums& sums) {
        const Pair total = two_sum(splat(1.0), sums.rest);
        const Pair log = log_of_normal(total.high, total.low);
        const Pair sum = add(log, select(absolute(top) < infinity, top, sums.top));
        return select(top == infinity, top + sums.rest, rounded(sum));
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
