// sum t log(t / p), as a sum of terms t log(t / p) - t + p >= 0; by log p its gradient is -t.
//
// Heads and tails of coins need no more, for their -t + p cancel. Probabilities of classes sum to
// 1, and what targets lack or exceed is added back. Of a label it is cross-entropy.
#pragma once

#include "../arithmetic/power.hpp"
#include "../arithmetic/relative_entropy.hpp"
#include "../stages/exponentials.hpp"
#include "../stages/separable.hpp"
#include "generated/losses/cross_entropy.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct KLDivergence {
    // Where p is not near t, t log t - t log p is enough for float32.
    static constexpr double least_value = 0x1p-10;  // of the mass of the targets

    struct Dense {
        static constexpr bool through_log = true, first_is_target = true;
        // Below, a sum of differences log t - log p has lost digits.
        static constexpr double least_value = 0.25;
        static constexpr double least_coin_value = KLDivergence::least_value;
        using Vector = Pack;
        static bool serves(const double*) { return true; }
        SOFTGRAD_INLINE static DenseTerm<Pack> at(const PrecisePoint& r, const double*) {
            const Pack term = r.t * (r.log_t + r.nll);
            return {select(r.t < 0.0, splat(not_a_number), where(r.t != 0.0, term)), r.t};
        }
        SOFTGRAD_INLINE static DenseTerm<Pack> at(const ExactPoint& r, const double*) {
            const Pair log_t = log_of_normal(largest(splat(0x1p-1022), r.t), Pack{});
            const Pack term = r.t * ((log_t.high + r.nll) + log_t.low);
            return {select(r.t < 0.0, splat(not_a_number), where(r.t != 0.0, term)), r.t};
        }
    };

    template <class P>
    static void evaluate(Tile& tile) {
        if (tile.label) return TrueClassLoss<generated::CrossEntropy>::evaluate<P>(tile);
        for (Index s = 0; s < tile.shape.strands; ++s) {
            if (P::precise || !evaluate_far_strand(tile, s)) evaluate_strand(tile, s);
        }
    }

    static constexpr LossStages stages(const char* name) {
        LossStages made{name, Form::log, true, true, true, true, false, SOFTGRAD_STAGES(evaluate)};
        made.of_entries = true;  // of coins
        made.is_linear_in_log = true;
        made.dense.own = DenseStagesOf<Singles, KLDivergence>::stages;
        made.dense_in_doubles = DenseStagesOf<Doubles, KLDivergence>::stages;
        return made;
    }

private:
    // False where p is near t.
    static bool evaluate_far_strand(Tile& tile, Index s) {
        const Shape& shape = tile.shape;
        if (!tile.on_classes || tile.keep) return false;
        Pack sum = {}, mass = {}, least = {};
        for (Index k = 0; k < shape.packs; ++k) {
            const Index e = s * shape.packs + k;
            const Pack t = tile.target[e];
            const Pack log_t = brief_log(largest(t, splat(0x1p-1000)));
            sum += where(t != 0.0, t * (log_t - tile.heads.log[e]));
            mass += t;
            least = smallest(t, least);
            tile.gradient[e] = -t;
            if (tile.hessian) tile.hessian[e] = tile.by_output ? t : Pack{};
        }
        const Pack value = shape.across(sum);
        const Pack lowest = -shape.across_maximum(-least);
        const Mask far =
            (absolute(value) > least_value * shape.across(mass)) & (absolute(value) < infinity);
        if (any(~(far & (lowest >= 0.0)))) return false;
        tile.value[s] += value;
        return true;
    }

    static void evaluate_strand(Tile& tile, Index s) {
        const Shape& shape = tile.shape;
        Pack sum = {}, possible = {};
        // In two numbers, for it is compared with 1.
        Total<Precise> mass;
        for (Index k = 0; k < shape.packs; ++k) {
            const Index e = s * shape.packs + k;
            const Point r = point_at(tile, e, true, true, true);
            sum += kept(tile, e, relative_entropy_term(r.t, r.p, r.log, -r.minus_target()));
            possible += kept(tile, e, where(~(r.log == -infinity), splat(1.0)));
            mass.add(r.t);
            tile.gradient[e] = -r.t;
            if (tile.hessian) tile.hessian[e] = tile.by_output ? r.t : Pack{};
        }
        Pack surplus = {};
        if (tile.on_classes) {
            surplus = rounded(add(mass.across(shape), splat(-1.0)));
            // A row masked out whole has no mass to compare with.
            surplus = where(shape.across(possible) > 0.0, surplus);
        }
        tile.value[s] += shape.across(sum) + surplus;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
