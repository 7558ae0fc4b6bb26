// By how much the best other score comes within m of a class's own, Crammer and Singer's margins:
//     violation_c = max(0, m + max_{j != c} r_j - r_c)
// The best other score is the largest one, and for the largest itself the second largest.
#pragma once

#include "tile.hpp"

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

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
