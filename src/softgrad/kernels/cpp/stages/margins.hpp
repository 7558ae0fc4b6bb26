// By how much the best other score comes within m of a class's own, Crammer and Singer's margins:
//     violation_c = max(0, m + max_{j != c} r_j - r_c)
// The best other score is the largest one, and for the largest itself the second largest.
#pragma once

#include "stages.hpp"
#include "true_class.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// max(0, x), with NaN kept.
SOFTGRAD_INLINE Pack positive_part(Pack x) { return where(~(x <= 0.0), x); }

// margin + rival - own, whose sign is that of the exact sum: what rounding rival - own lost decides
// where the two are a margin apart.
SOFTGRAD_INLINE Pack margin_gap(Pack rival, Pack own, double margin) {
    const Pair d = exact_difference(rival, own);
    return (margin + d.high) + d.low;
}

// The two largest scores of a row with the numbers of their entries, the first of equal ones; a
// NaN is larger than every number.
struct Rivals {
    Pack first = splat(-infinity);
    Pack first_at = splat(-1.0);
    Pack second = splat(-infinity);
    Pack second_at = splat(-1.0);

    // Entries are met in their order.
    SOFTGRAD_INLINE void meet(Pack score, Pack at) {
        const Mask beats_first = (score > first) | (is_nan(score) & ~is_nan(first));
        const Mask beats_second = (score > second) | (is_nan(score) & ~is_nan(second));
        second_at = select(beats_first, first_at, select(beats_second, at, second_at));
        second = select(beats_first, first, select(beats_second, score, second));
        first_at = select(beats_first, at, first_at);
        first = select(beats_first, score, first);
    }

    static Rivals of(const Tile& tile, Index start) {
        const Shape& shape = tile.shape;
        Rivals found;
        for (Index k = 0; k < shape.packs; ++k) {
            const Index e = start + k;
            const Pack r = tile.heads.p[e];
            const Pack score = tile.keep ? select(tile.keep[e], r, splat(-infinity)) : r;
            found.meet(score, shape.entry_numbers(k));
        }
        return shape.lanes_are_rows ? found : found.across_lanes();
    }

    // The best other score of an entry.
    SOFTGRAD_INLINE Pack of_entry(Pack number) const {
        return select(number == first_at, second, first);
    }

private:
    // Of the candidates of all lanes, met again in the order of their entries.
    Rivals across_lanes() const {
        Rivals found;
        double before = -1.0;
        for (Index i = 0; i < 2 * lanes; ++i) {
            double score = -infinity, at = infinity;
            const auto consider = [&](double value, double number) {
                if (number > before && number < at) score = value, at = number;
            };
            for (Index l = 0; l < lanes; ++l) {
                consider(first[l], first_at[l]);
                consider(second[l], second_at[l]);
            }
            if (at == infinity) break;
            found.meet(splat(score), splat(at));
            before = at;
        }
        return found;
    }
};

// A hinge of margins. H has static functions of a violation: loss, its derivative slope.
template <class H>
struct Hinges {
    template <class P>
    static void evaluate(Tile& tile) {
        for (Index s = 0; s < tile.shape.strands; ++s) {
            if (tile.shape.classes == 1) {
                binary(tile, s);
            } else {
                of_classes(tile, s);
            }
            if (H::has_hessian && tile.hessian) {
                const Index start = s * tile.shape.packs;
                for (Index k = 0; k < tile.shape.packs; ++k) tile.hessian[start + k] = Pack{};
            }
        }
    }

    static constexpr LossStages stages(const char* name) {
        return {name,          Form::output, false, true,
                false,         false,        false, SOFTGRAD_STAGES(evaluate),
                H::has_hessian};
    }

private:
    // A row of one score r: the violations of "yes" and "no" are max(0, m - r) and max(0, m + r).
    static void binary(Tile& tile, Index s) {
        const double margin = tile.parameters_of_loss[0];
        Pack sum = {};
        for (Index k = 0; k < tile.shape.packs; ++k) {
            const Index e = s * tile.shape.packs + k;
            const Pack r = tile.heads.p[e], t = tile.target[e];
            const Pack yes = positive_part(margin - r), no = positive_part(margin + r);
            sum += kept(tile, e, counted(t, H::loss(yes)) + counted(1.0 - t, H::loss(no)));
            const Pack pull = counted(1.0 - t, H::slope(no)) - counted(t, H::slope(yes));
            tile.gradient[e] = kept(tile, e, pull);
        }
        tile.value[s] += tile.shape.across(sum);
    }

    // Each class is pulled down, and its best other up: the largest score, or for that itself the
    // second largest.
    static void of_classes(Tile& tile, Index s) {
        const Shape& shape = tile.shape;
        const Index start = s * shape.packs;
        const double margin = tile.parameters_of_loss[0];
        const Rivals rivals = Rivals::of(tile, start);
        Pack sum = {}, of_first = {}, of_others = {};
        for (Index k = 0; k < shape.packs; ++k) {
            const Index e = start + k;
            const Pack number = shape.entry_numbers(k), t = tile.target[e];
            const Pack rival = rivals.of_entry(number);
            const Pack gap =
                select(rival == -infinity, rival, margin_gap(rival, tile.heads.p[e], margin));
            const Pack violation = positive_part(gap);
            sum += kept(tile, e, counted(t, H::loss(violation)));
            const Pack weight = kept(tile, e, counted(t, H::slope(violation)));
            const Mask is_first = number == rivals.first_at;
            of_first += where(is_first, weight);
            of_others += where(~is_first, weight);
            tile.gradient[e] = weight;
        }
        tile.value[s] += shape.across(sum);
        of_first = shape.across(of_first);
        of_others = shape.across(of_others);
        for (Index k = 0; k < shape.packs; ++k) {
            const Pack number = shape.entry_numbers(k);
            const Pack raised = where(number == rivals.first_at, of_others) +
                                where(number == rivals.second_at, of_first);
            tile.gradient[start + k] = raised - tile.gradient[start + k];
        }
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
