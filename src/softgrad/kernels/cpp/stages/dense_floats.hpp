// Losses of targets that are one number an entry, on the probabilities of exponentials, in float32
// arithmetic: what a loss supplies beside its stages in doubles, and the loop over a strand.
//
// As in a tile (tile.hpp), the vectors of a strand are of one row, or one an entry of rows side by
// side. The struct L of a loss may have a struct InFloats with
//     serves(parameters)      whether its formulas are those of these parameters
//     through_log             whether it lives on log p, and `first` is less its derivative by that,
//                             t psi'(L); else it is the derivative by p
//     first_is_target         whether that is the target itself
//     at(point, parameters)   the value and `first` of an entry
//     least_value             in units of the sum of `first`: below, the value has lost digits
//     Vector                  whether `at` takes a DensePoint<WideFloat> or a PrecisePoint
#pragma once

#include <type_traits>

#include "../arithmetic/lane_moves.hpp"
#include "../arithmetic/numbers.hpp"
#include "../arithmetic/precision.hpp"
#include "../arithmetic/table_logarithm.hpp"
#include "dense_coins.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// The rows of a strand: one in each lane, or the same in all.
struct DenseRows {
    WideFloat inverse;  // p = e inverse
    WideFloat half;  // e of p = 1/2
    WideFloat top_q;  // 1 - p where p > 1/2
    WideFloat top;  // -log p = (top - z) size + log_total, for logits z whose sign is softmax's
    WideFloat log_total;
    Pack inverses[2], top_qs[2], log_totals[2];  // the same, before they are rounded
    double size;

    // What is rounded, of the rows whose lanes `pick` takes.
    template <class Pick>
    SOFTGRAD_INLINE DenseRows picked(const Pick& pick) const {
        DenseRows found;
        found.inverse = pick(inverse);
        found.half = pick(half);
        found.top_q = pick(top_q);
        found.top = pick(top);
        found.log_total = pick(log_total);
        found.size = size;
        return found;
    }
};

// Some vectors of a strand.
struct DenseRun {
    const float* powers;  // e
    const float* z;
    const float* t;
    float* first;  // null where `first_is_target`
    Index count;  // of vectors
    const double* parameters;
};

// What is added up, in each lane: of `first`, or of p `first` for losses that live on p.
struct DenseSums {
    LongSum<Singles> value;
    LongSum<Singles> others;  // where p <= 1/2
    WideFloat large = {};  // where p > 1/2
    WideFloat least = wide(0.0f), most = wide(0.0f);  // of targets, and 0
    bool any_large = false;  // of `of_each`
};

// The terms of those sums, a vector for each vector of entries.
struct DenseTerms {
    float *value, *other, *large;
};

using DenseStage = void (*)(const DenseRun&, const DenseRows&, DenseSums&);
// Leaves the sums to the caller, but for limits. With `lane` the entries of each vector belong to the
// rows in these lanes (flat_rows.hpp).
using DenseStageOfEach = void (*)(const DenseRun&, const DenseRows&, const WideBits* lane,
                                  const DenseTerms&, DenseSums&);

struct DenseStages {
    bool (*serves)(const double* parameters) = nullptr;
    bool through_log = false;
    bool first_is_target = false;
    double least_value = 0.0;
    DenseStage evaluate = nullptr;
    CoinStage coins = nullptr;  // of losses on log p
    double least_coin_value = 0.0;  // of those an entry: below, the value has lost digits
    DenseStageOfEach of_each = nullptr;  // of those in float32 arithmetic
};

// Whether powers in float32 are exact enough for formulas in doubles, which magnify nothing:
// `static constexpr bool takes_powers = true`.
template <class Floats, class = void>
inline constexpr bool takes_powers = false;
template <class Floats>
inline constexpr bool takes_powers<Floats, std::enable_if_t<Floats::takes_powers>> = true;

// On coins, where the sum of powers that a class shares loses nothing: `least_coin_value`, if a file has
// that; else 0.
template <class Floats, class = void>
inline constexpr double least_coin_value = 0.0;
template <class Floats>
inline constexpr double
    least_coin_value<Floats, std::enable_if_t<(Floats::least_coin_value > 0.0)>> =
        Floats::least_coin_value;

template <class Floats>
class DenseLoop {
    static constexpr bool in_doubles = std::is_same_v<typename Floats::Vector, Pack>;

public:
    static void run(const DenseRun& run, const DenseRows& rows, DenseSums& given) {
        DenseSums sums = given;
        Index k = 0;
        for (; k + 4 <= run.count; k += 4) {
            WideFloat value[4], other[4];
            for (Index i = 0; i < 4; ++i) add(run, rows, k + i, value[i], other[i], sums);
            if (!in_doubles) sums.value.add(value[0], value[1], value[2], value[3]);
            sums.others.add(other[0], other[1], other[2], other[3]);
        }
        for (; k < run.count; ++k) {
            WideFloat value, other;
            add(run, rows, k, value, other, sums);
            if (!in_doubles) sums.value.add(value);
            sums.others.add(other);
        }
        given = sums;
    }

    static void of_each(const DenseRun& given, const DenseRows& rows, const WideBits* lane,
                        const DenseTerms& terms, DenseSums& sums) {
        lane ? of_each<true>(given, rows, lane, terms, sums)
             : of_each<false>(given, rows, lane, terms, sums);
    }

    static constexpr DenseStages made() {
        DenseStages stages = {Floats::serves, Floats::through_log, Floats::first_is_target,
                              Floats::least_value, run};
        if constexpr (Floats::through_log) {
            stages.coins = CoinLoop<Floats>::run;
            stages.least_coin_value = least_coin_value<Floats>;
        }
        if constexpr (!in_doubles) stages.of_each = of_each;
        return stages;
    }
    static constexpr DenseStages stages = made();

private:
    template <bool is_flat>
    static void of_each(const DenseRun& given, const DenseRows& all, const WideBits* lane,
                        const DenseTerms& given_terms, DenseSums& given_sums) {
        const DenseRun run = given;
        const DenseRows rows = all;
        const DenseTerms terms = given_terms;
        DenseSums sums = given_sums;
        WideBits any_large = {};
        for (Index k = 0; k < run.count; ++k) {
            WideFloat value = {}, other;
            sums.large = WideFloat{};
            if constexpr (is_flat) {
                const auto pick = [own = lane[k]](WideFloat x)
                                      __attribute__((always_inline)) { return picked(x, own); };
                add(run, rows.picked(pick), k, value, other, sums);
            } else {
                add(run, rows, k, value, other, sums);
            }
            const Index i = k * wide_lanes;
            store_unaligned(terms.value + i, value);
            store_unaligned(terms.other + i, other);
            store_unaligned(terms.large + i, sums.large);
            any_large |= reinterpret_cast<WideBits>(sums.large);
        }
        sums.any_large = any(any_large != 0);
        given_sums = sums;
    }

    SOFTGRAD_INLINE static void add(const DenseRun& run, const DenseRows& rows, Index k,
                                    WideFloat& value, WideFloat& other, DenseSums& sums) {
        const Index i = k * wide_lanes;
        const auto e = load_unaligned<WideFloat>(run.powers + i);
        const auto z = load_unaligned<WideFloat>(run.z + i);
        const auto t = load_unaligned<WideFloat>(run.t + i);
        const WideMask is_large = e > rows.half;
        WideFloat share, p = e * rows.inverse;
        if constexpr (in_doubles) {
            Pack values[2], firsts[2];
            const LogarithmOfFloats log_t(t);
            for (Index h = 0; h < 2; ++h) {
                const Pack below = Singles::half(rows.top, h) - Singles::half(z, h);
                PrecisePoint at;
                at.nll = multiply_add(below, splat(rows.size), rows.log_totals[h]);
                if constexpr (takes_powers<Floats>) {
                    at.p = Singles::half(e, h) * rows.inverses[h];
                } else {
                    // What a function of p may magnify its powers have lost.
                    at.p = Brief::exp(-at.nll);
                }
                at.is_large = at.p > 0.5;
                at.q = select(at.is_large, Singles::half(rows.top_q, h), 1.0 - at.p);
                at.t = Singles::half(t, h);
                at.log_t = log_t.half(h);
                const DenseTerm<Pack> term = Floats::at(at, run.parameters);
                values[h] = term.value;
                firsts[h] = term.first;
            }
            sums.value.add(values[0], values[1]);
            share = Floats::first_is_target ? t : Singles::of(firsts);
        } else {
            const WideFloat below = rows.top - z;
            const WideFloat nll =
                multiply_add(below, wide(static_cast<float>(rows.size)), rows.log_total);
            const WideFloat q = is_large ? rows.top_q : 1.0f - p;
            const DenseTerm<WideFloat> term = Floats::at({p, q, nll, t, is_large}, run.parameters);
            value = term.value;
            share = term.first;
        }
        if constexpr (Floats::through_log && !in_doubles) {
            // A target of 0 counts nothing, even if -log p is infinite.
            const WideMask counts = t != 0.0f;
            value = counts ? value : WideFloat{};
            if constexpr (!Floats::first_is_target) share = counts ? share : WideFloat{};
        }
        if constexpr (!Floats::first_is_target) store_unaligned(run.first + i, share);
        if constexpr (!Floats::through_log) share *= p;
        other = is_large ? WideFloat{} : share;
        sums.large = is_large ? share : sums.large;
        sums.least = smallest(t, sums.least);
        sums.most = largest(t, sums.most);
    }
};

// The stages of L::InFloats; other losses have none.
template <class L, class = void>
struct DenseFloatsOf {
    static constexpr DenseStages stages = {};
};
template <class L>
struct DenseFloatsOf<
    L, std::void_t<decltype(&L::InFloats::serves), decltype(L::InFloats::first_is_target)>> {
    static constexpr DenseStages stages = DenseLoop<typename L::InFloats>::stages;
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
