// Losses of overlap, M / Q: Dice and Tversky are its cases.
//
//     T = t . p + smooth,   M = alpha sum p (1 - t) + beta sum t (1 - p),   Q = T + M
//
// With pull = alpha (1 - t) - beta t and d = dQ/dp = t + pull, the gradient is
// (T pull - M t) / Q^2 and the Hessian a d^T + d a^T with a = t - (T / Q) d, over Q^2.
#pragma once

#include "exponentials.hpp"
#include "stages.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Overlap {
    double alpha;
    double beta;
    double smooth;

    template <class P>
    SOFTGRAD_INLINE void evaluate(Tile& tile) const {
        for (Index s = 0; s < tile.shape.strands; ++s) evaluate_strand<P>(tile, s);
    }

    // Sums of p (1 - t) and t (1 - p) from those of others are no differences of large ones.
    bool of_powers(const PowerSums& row, PowerSlopes& found) const {
        const double total = row.total(), others = row.rest - (row.tops - 1.0) * row.top;
        if (!(row.hits <= most_hits * others)) return false;
        const double mean = row.all_hits() / total, hit = mean + smooth;
        const double false_positives =
            ((others - row.hits) + row.top * (row.tops - row.top_targets)) / total;
        const double false_negatives =
            (row.targets - row.hits / total) + row.top_targets * (row.rest / total);
        const double whole = hit + alpha * false_positives + beta * false_negatives;
        const double miss_share = (alpha * false_positives + beta * false_negatives) / whole;
        const double by_share = -(hit / whole * (alpha + beta) + miss_share) / whole;
        found.value = miss_share;
        found.by_power = 0.0;
        found.by_target = by_share / total;
        found.constant = -found.by_target * mean;
        found.at_top = row.top / total * found.by_target * (row.top_targets * row.rest - row.hits);
        return true;
    }

    template <class Evaluate>
    static constexpr LossStages stages(const char* name, Evaluate evaluate, WholeRowStage whole) {
        LossStages made{name, Form::output, false, true, true, false, true, evaluate};
        made.whole_row = whole;
        return made;
    }

private:
    // Of 1: with more of their mass on targets of 1, others - hits has lost digits.
    static constexpr double most_hits = 0.9375;

    template <class P>
    SOFTGRAD_INLINE void evaluate_strand(Tile& tile, Index s) const {
        const Shape& shape = tile.shape;
        const Index start = s * shape.packs;
        Total<P> hits, false_positives, false_negatives;
        for (Index e = start; e < start + shape.packs; ++e) {
            const Pack p = kept(tile, e, tile.heads.p[e]), q = tile.heads.q[e];
            const Pack t = tile.target[e];
            hits.add(t * p);
            false_positives.add(p * (1.0 - t));
            false_negatives.add(kept(tile, e, t * q));
        }
        const Pack hit = rounded(hits.across(shape)) + smooth;
        const Pack miss = alpha * rounded(false_positives.across(shape)) +
                          beta * rounded(false_negatives.across(shape));
        // An empty row that is predicted empty, without smoothing: no mismatch, no loss.
        const Pack sum = hit + miss;
        const Pack whole = select(sum == 0.0, splat(1.0), sum);
        const Pack hit_share = hit / whole, miss_share = miss / whole, inverse = 1.0 / whole;
        tile.value[s] += miss_share;
        for (Index e = start; e < start + shape.packs; ++e) {
            const Pack t = tile.target[e];
            const Pack pull = kept(tile, e, alpha * (1.0 - t) - beta * t);
            tile.gradient[e] = (hit_share * pull - miss_share * t) * inverse;
            if (!tile.hessian) continue;
            const Pack left = (t - hit_share * (t + pull)) * inverse, right = (t + pull) * inverse;
            tile.hessian[e] = tile.left ? Pack{} : 2.0 * left * right;
            if (tile.left) tile.left[e] = left;
            if (tile.left) tile.right[e] = right;
        }
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
