// Losses that are sums over entries. A file supplies a struct L with a static function, a template
// on the precision, from one entry to the loss with two derivatives by the form it lives on:
//     static Entry at(const Point&, const double* parameters)
// and the constants form, two_sided, needs_p, needs_q, needs_log.
#pragma once

#include "../arithmetic/precision.hpp"
#include "stages.hpp"
#include "total.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// One entry of a side: unused representations are 0.
struct Point {
    Pack p;
    Pack q;
    Pack log;
    Pack t;
    double half = 0.5;  // where q is the better one: 1/2 for probabilities, infinity for other numbers

    // p - t, through the complement where p > 1/2, so that p = 1 - tiny keeps its digits.
    SOFTGRAD_INLINE Pack minus_target() const {
        return select(p > half, (1.0 - t) - q, p - t);
    }
};

struct Entry {
    Pack value;
    Pack first;
    Pack second;
};

// The entry e of the tile's heads, with zeros where the tile has no array.
SOFTGRAD_INLINE Point point_at(const Tile& tile, Index e, bool p, bool q, bool log) {
    const Side& side = tile.heads;
    return {p ? side.p[e] : Pack{}, q ? side.q[e] : Pack{}, log ? side.log[e] : Pack{},
            tile.target[e], tile.has_complement ? 0.5 : infinity};
}

template <class L>
struct Separable {
    template <class P>
    static void evaluate(Tile& tile) {
        const double* parameters = tile.parameters_of_loss;
        for (Index s = 0; s < tile.shape.strands; ++s) {
            Total<P> sum;
            for (Index k = 0; k < tile.shape.packs; ++k) {
                const Index e = s * tile.shape.packs + k;
                const Point at = point_at(tile, e, L::needs_p, L::needs_q, L::needs_log);
                const Entry entry = L::template at<P>(at, parameters);
                sum.add(kept(tile, e, entry.value));
                tile.gradient[e] = kept(tile, e, entry.first);
                if (tile.hessian) tile.hessian[e] = kept(tile, e, entry.second);
            }
            tile.value[s] += sum.rounded_across(tile.shape);
        }
    }

    static constexpr LossStages stages(const char* name) {
        LossStages made{name,       L::form,      L::two_sided, L::needs_p,
                        L::needs_q, L::needs_log, false,        SOFTGRAD_STAGES(evaluate)};
        made.of_entries = true;
        return made;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
