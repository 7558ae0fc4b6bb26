// Losses that are sums over entries. A file supplies a struct L with a static function, a template
// on the precision, from one entry to the loss with two derivatives by the form it lives on:
//     static Entry at(const Point&, const double* parameters)
// and the constants form, two_sided, needs_p, needs_q, needs_log.
#pragma once

#include <type_traits>

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
    double half =
        0.5;  // where q is the better one: 1/2 for probabilities, infinity for other numbers

    // p - t, through the complement where p > 1/2, so that p = 1 - tiny keeps its digits.
    SOFTGRAD_INLINE Pack minus_target() const { return select(p > half, (1.0 - t) - q, p - t); }
};

struct Entry {
    Pack value;
    Pack first;
    Pack second;
    // Of a loss on log r that takes positive values: second - first, which is r^2 times the second
    // derivative by r itself, without that subtraction.
    Pack by_output = {};
};

// The entry e of the tile's heads, with zeros where the tile has no array.
SOFTGRAD_INLINE Point point_at(const Tile& tile, Index e, bool p, bool q, bool log) {
    const Side& side = tile.heads;
    return {p ? side.p[e] : Pack{}, q ? side.q[e] : Pack{}, log ? side.log[e] : Pack{},
            tile.target[e], tile.has_complement ? 0.5 : infinity};
}

// Whether a loss names itself one of positive values: `static constexpr bool positive = true`.
template <class L, class = void>
inline constexpr bool of_positive_values = false;
template <class L>
inline constexpr bool of_positive_values<L, std::enable_if_t<L::positive>> = true;

// Whether a loss is (r - t)^2, likewise: `static constexpr bool is_squared_error = true`.
template <class L, class = void>
inline constexpr bool squares_differences = false;
template <class L>
inline constexpr bool squares_differences<L, std::enable_if_t<L::is_squared_error>> = true;

// Whether a loss of classes is as fast in a tile, for it does little where it need not: a file says so
// by `static constexpr bool stays_in_tiles = true`.
template <class L, class = void>
inline constexpr bool stays_in_tiles = false;
template <class L>
inline constexpr bool stays_in_tiles<L, std::enable_if_t<L::stays_in_tiles>> = true;

// With targets one an entry on softmax's classes and sigmoid's coins in float32: by the formulas above,
// in doubles (dense_loop.hpp). (In float64 the chain has more digits of a gradient that is what slopes
// of one size leave.)
template <class L>
struct DenseSeparable {
    static constexpr bool through_log = L::form == Form::log, first_is_target = false;
    static constexpr double least_value = 0.0;
    static constexpr bool takes_powers = true;
    using Vector = Pack;
    static bool serves(const double*) { return !of_positive_values<L> && !stays_in_tiles<L>; }
    SOFTGRAD_INLINE static DenseTerm<Pack> at(const DensePoint<Pack>& r, const double* parameters) {
        const Entry entry = L::template at<Brief>(Point{r.p, r.q, -r.nll, r.t}, parameters);
        return {entry.value, through_log ? -entry.first : entry.first};
    }
};

template <class L>
struct Separable {
    template <class P>
    static void evaluate(Tile& tile) {
        const Parameters parameters(tile.parameters_of_loss);
        for (Index s = 0; s < tile.shape.strands; ++s) {
            Total<P> sum;
            for (Index k = 0; k < tile.shape.packs; ++k) {
                const Index e = s * tile.shape.packs + k;
                const Point at = point_at(tile, e, L::needs_p, L::needs_q, L::needs_log);
                const Entry entry = L::template at<P>(at, parameters);
                sum.add(kept(tile, e, entry.value));
                tile.gradient[e] = kept(tile, e, entry.first);
                if (tile.hessian) {
                    Pack second = entry.second;
                    if constexpr (of_positive_values<L>) {
                        second = tile.by_output ? entry.by_output : settled(tile, e, entry);
                    } else if (tile.by_output) {
                        second -= entry.first;
                    }
                    tile.hessian[e] = kept(tile, e, second);
                }
            }
            tile.value[s] += sum.rounded_across(tile.shape);
        }
    }

    // By z the Hessian is second s'^2 + first s'' for s = log f, and also by_output s'^2 +
    // first f''/f. Of s'' and f''/f the smaller is taken, with which nothing cancels.
    SOFTGRAD_INLINE static Pack settled(Tile& tile, Index e, const Entry& entry) {
        if (!tile.tails.second) return entry.second;
        const Pack bend = tile.tails.second[e], log_bend = tile.heads.second[e];
        const Mask by_output = absolute(bend) <= absolute(log_bend);
        tile.heads.second[e] = select(by_output, bend, log_bend);
        return select(by_output, entry.by_output, entry.second);
    }

    static constexpr LossStages stages(const char* name) {
        LossStages made{name,       L::form,      L::two_sided, L::needs_p,
                        L::needs_q, L::needs_log, false,        SOFTGRAD_STAGES(evaluate)};
        made.of_entries = true;
        made.of_positive_values = of_positive_values<L>;
        made.is_squared_error = squares_differences<L>;
        made.take_dense<L, DenseSeparable<L>>();
        if constexpr (L::form == Form::output && !L::two_sided) {
            made.entries = EntryLoop<L, Point, Entry>::run;
        }
        if constexpr (L::form == Form::log && L::two_sided) {
            made.class_entries = EntryLoop<L, Point, Entry>::run;
        }
        if constexpr (of_positive_values<L>) {
            made.positives = PositiveLoop<L, Point, Entry>::run;
        }
        return made;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
