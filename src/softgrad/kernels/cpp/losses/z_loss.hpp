// (log Z)^2 with Z = sum exp z_j, by the logits z: with p = softmax(z) its gradient is 2 log Z p,
// and its Hessian 2 log Z (diag(p) - p p^T) + 2 p p^T.
#pragma once

#include "../stages/exponentials.hpp"
#include "../stages/normalised.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct ZLoss {
    template <class P>
    static void evaluate(Tile& tile) {
        for (Index s = 0; s < tile.shape.strands; ++s) {
            const Index start = s * tile.shape.packs;
            Pack* p = tile.gradient + start;
            const Partition z = Partition::of<P>(tile, start, p);
            tile.value[s] += z.log * z.log;
            const Pack twice = 2.0 * z.log;
            for (Index k = 0; k < tile.shape.packs; ++k) {
                const Pack own = p[k];
                if (tile.hessian) {
                    const Pack others = select(own > 0.5, z.rest, 1.0 - own);
                    // A row with one +inf is one-hot, and spreads nothing.
                    const Pack spread =
                        where(~((own == 0.0) | (others == 0.0)), twice * own * others);
                    tile.hessian[start + k] = spread + 2.0 * (own * own);
                }
                p[k] = where(~(own == 0.0), twice * own);
            }
        }
    }

    // 2 log Z p (v - p.v) + 2 p (p.v)
    template <class P>
    static void product(Tile& tile) {
        const Shape& shape = tile.shape;
        for (Index s = 0; s < shape.strands; ++s) {
            const Index start = s * shape.packs;
            Pack *p = tile.hessian + start, *v = tile.gradient + start;
            const Partition z = Partition::of<P>(tile, start, p);
            Pack mean = {};
            for (Index k = 0; k < shape.packs; ++k) mean = multiply_add(p[k], v[k], mean);
            mean = shape.across(mean);
            centre(v, p, shape);
            const Pack spread = where(~(absolute(z.log) == infinity), z.log);
            for (Index k = 0; k < shape.packs; ++k) {
                v[k] = 2.0 * multiply_add(spread, v[k], p[k] * mean);
            }
        }
    }

    static constexpr LossStages stages(const char* name) {
        return {name,
                Form::logits,
                false,
                false,
                false,
                false,
                false,
                SOFTGRAD_STAGES(evaluate),
                SOFTGRAD_STAGES(product)};
    }

private:
    struct Partition {
        Pack log;   // of Z
        Pack rest;  // 1 - p where p > 1/2

        // With softmax(z) written to p.
        template <class P>
        static Partition of(const Tile& tile, Index start, Pack* p) {
            const Shape& shape = tile.shape;
            // Masked logits are -inf here, whatever the activation calls neutral.
            Pack broken = {};
            for (Index k = 0; k < shape.packs; ++k) {
                const Pack z = tile.z[start + k];
                p[k] = tile.keep ? select(tile.keep[start + k], z, splat(-infinity)) : z;
                broken += where(is_nan(p[k]), splat(not_a_number));
            }
            const Pack top = row_top(p, shape);
            const RowSums sums = exponentials<P, true>(p, p, nullptr, shape, Exponent::of(1.0));
            for (Index k = 0; k < shape.packs; ++k) {
                p[k] = without_trace<P>(scaled(p[k], sums.inverse));
            }
            return {log_partition(top, sums) + shape.across(broken), without_trace<P>(sums.top_q)};
        }
    };

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
