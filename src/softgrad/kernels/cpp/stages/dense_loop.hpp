// The loop over a strand whose targets are one number an entry (dense_stages.hpp).
//
// The struct L of a loss may have a struct Dense with
//     serves(parameters)      whether its formulas are those of these parameters
//     through_log             whether it lives on log p, and `first` is less its derivative by that,
//                             t psi'(L); else it is the derivative by p
//     first_is_target         whether that is the target itself
//     at(point, parameters)   the value and `first` of an entry
//     least_value             in units of the sum of `first`: below, the value has lost digits
//     least_of_row            likewise, of the value itself, if there is one: such a loss is of classes
//                             alone, for coins have other limits
//     Vector                  WideFloat if `at` takes a DensePoint of whatever vector, Pack if it takes
//                             what holds doubles alone: a PrecisePoint for results in float32, an
//                             ExactPoint for those in float64
#pragma once

#include <type_traits>
#include <utility>

#include "../arithmetic/lane_moves.hpp"
#include "../arithmetic/precision.hpp"
#include "../arithmetic/table_logarithm.hpp"
#include "dense_stages.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

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

template <class Floats, class = void>
inline constexpr double least_of_row = 0.0;
template <class Floats>
inline constexpr double least_of_row<Floats, std::enable_if_t<(Floats::least_of_row > 0.0)>> =
    Floats::least_of_row;

// Whether there are some for float64. (Focal's have not the digits there: as a square of 1 - p it doubles
// what that was rounded by.)
template <class Formulas, class = void>
inline constexpr bool takes_exact_points = false;
template <class Formulas>
inline constexpr bool takes_exact_points<
    Formulas, std::void_t<decltype(Formulas::at(std::declval<const ExactPoint&>(), nullptr))>> =
    true;

template <class N, class Formulas>
class DenseLoop {
    using Vector = typename N::Vector;
    static constexpr bool is_single = std::is_same_v<N, Singles>;
    static constexpr bool in_lanes = std::is_same_v<typename Formulas::Vector, WideFloat>;
    static constexpr bool in_doubles = is_single && !in_lanes;  // and back to float32
    // Enough so to be written out four times.
    static constexpr bool is_brief = is_single || in_lanes;

public:
    static void run(const DenseRun<N>& run, const DenseRows<N>& rows, DenseSums<N>& given) {
        DenseSums<N> sums = given;
        Index k = 0;
        for (; is_brief && k + 4 <= run.count; k += 4) {
            Vector value[4], other[4];
            for (Index i = 0; i < 4; ++i) add(run, rows, k + i, value[i], other[i], sums);
            if constexpr (is_single) {
                if (!in_doubles) sums.value.add(value[0], value[1], value[2], value[3]);
                sums.others.add(other[0], other[1], other[2], other[3]);
            } else {
                for (Index i = 0; i < 4; ++i) sums.value.add(value[i]);
                for (Index i = 0; i < 4; ++i) sums.others.add(other[i]);
            }
        }
        for (; k < run.count; ++k) {
            Vector value, other;
            add(run, rows, k, value, other, sums);
            if (!in_doubles) sums.value.add(value);
            sums.others.add(other);
        }
        given = sums;
    }

    static void of_each(const DenseRun<N>& given, const DenseRows<N>& rows, const WideBits* lane,
                        const DenseTerms& terms, DenseSums<N>& sums) {
        lane ? of_each<true>(given, rows, lane, terms, sums)
             : of_each<false>(given, rows, lane, terms, sums);
    }

    static constexpr DenseStagesIn<N> made() {
        DenseStagesIn<N> stages;
        stages.through_log = Formulas::through_log;
        stages.first_is_target = Formulas::first_is_target;
        stages.least_value = Formulas::least_value;
        stages.least_of_row = least_of_row<Formulas>;
        stages.serves = Formulas::serves;
        stages.evaluate = run;
        if constexpr (is_single && Formulas::through_log && least_of_row<Formulas> == 0.0) {
            stages.coins = CoinLoop<Formulas>::run;
            stages.least_coin_value = least_coin_value<Formulas>;
        }
        if constexpr (is_single && !in_doubles) stages.of_each = of_each;
        return stages;
    }
    static constexpr DenseStagesIn<N> stages = made();

private:
    template <bool is_flat>
    static void of_each(const DenseRun<N>& given, const DenseRows<N>& all, const WideBits* lane,
                        const DenseTerms& given_terms, DenseSums<N>& given_sums) {
        const DenseRun<N> run = given;
        const DenseRows<N> rows = all;
        const DenseTerms terms = given_terms;
        DenseSums<N> sums = given_sums;
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

    SOFTGRAD_INLINE static void add(const DenseRun<N>& run, const DenseRows<N>& rows, Index k,
                                    Vector& value, Vector& other, DenseSums<N>& sums) {
        const Index i = k * N::count;
        const auto e = load_unaligned<Vector>(run.powers + i);
        const auto z = load_unaligned<Vector>(run.z + i);
        const auto t = load_unaligned<Vector>(run.t + i);
        const auto is_large = e > rows.half;
        Vector share;
        Vector p = e * rows.inverse;
        if constexpr (in_doubles) {
            share = add_halves(run, rows, e, z, t, sums);
        } else {
            if constexpr (!is_single) p = scaled(e, {rows.inverse, rows.inverse_low[0]});
            const Vector below = rows.top - z;
            const Vector nll = multiply_add(below, all_of<N>(rows.size), rows.log_total);
            const Vector q = is_large ? rows.top_q : all_of<N>(1.0) - p;
            DensePointIn<N> at;
            at.p = p;
            at.q = q;
            at.nll = nll;
            at.t = t;
            at.is_large = is_large;
            const DenseTerm<Vector> term = Formulas::at(at, run.parameters);
            value = term.value;
            share = term.first;
            if constexpr (Formulas::through_log && in_lanes) {
                // A target of 0 counts nothing, even if -log p is infinite.
                const auto counts = t != all_of<N>(0.0);
                value = counts ? value : Vector{};
                if constexpr (!Formulas::first_is_target) share = counts ? share : Vector{};
            }
        }
        if constexpr (!Formulas::first_is_target) store_unaligned(run.first + i, share);
        if constexpr (!Formulas::through_log) share *= p;
        other = is_large ? Vector{} : share;
        sums.large = is_large ? share : sums.large;
        sums.least = smallest(t, sums.least);
        sums.most = largest(t, sums.most);
    }

    // Adds the values, and gives what is `first`.
    SOFTGRAD_INLINE static Vector add_halves(const DenseRun<N>& run, const DenseRows<N>& rows,
                                             Vector e, Vector z, Vector t, DenseSums<N>& sums) {
        Pack values[2], firsts[2];
        const LogarithmOfFloats log_t(t);
        for (Index h = 0; h < 2; ++h) {
            const Pack below = N::half(rows.top, h) - N::half(z, h);
            PrecisePoint at;
            at.nll = multiply_add(below, splat(rows.size), rows.log_totals[h]);
            if constexpr (takes_powers<Formulas>) {
                at.p = N::half(e, h) * rows.inverses[h];
            } else {
                // What a function of p may magnify its powers have lost.
                at.p = Brief::exp(-at.nll);
            }
            at.is_large = at.p > 0.5;
            at.q = select(at.is_large, N::half(rows.top_q, h), 1.0 - at.p);
            at.t = N::half(t, h);
            at.log_t = log_t.half(h);
            const DenseTerm<Pack> term = Formulas::at(at, run.parameters);
            values[h] = term.value;
            firsts[h] = term.first;
        }
        sums.value.add(values[0], values[1]);
        return Formulas::first_is_target ? t : N::of(firsts);
    }
};

// The stages of L::Dense; other losses have none.
template <class N, class L, class = void>
struct DenseStagesOf {
    static constexpr DenseStagesIn<N> stages = {};
};
template <class N, class L>
struct DenseStagesOf<N, L,
                     std::void_t<decltype(L::Dense::first_is_target),
                                 std::enable_if_t<std::is_same_v<N, Singles> ||
                                                  takes_exact_points<typename L::Dense>>>> {
    static constexpr DenseStagesIn<N> stages = DenseLoop<N, typename L::Dense>::stages;
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
