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

#include "../arithmetic/numbers.hpp"
#include "../arithmetic/precision.hpp"
#include "../arithmetic/table_logarithm.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// An entry in each lane.
template <class V>
struct DensePoint {
    V p;
    V q;  // 1 - p, accurate when p is near 1
    V nll;  // -log p
    V t;
    decltype(V{} > V{}) is_large;  // p > 1/2
};
struct PrecisePoint : DensePoint<Pack> {
    Pack log_t;  // of targets that are not 0
};
template <class V>
struct DenseTerm {
    V value;
    V first;
};

// The rows of a strand: one in each lane, or the same in all.
struct DenseRows {
    WideFloat inverse;  // p = e inverse
    WideFloat half;  // e of p = 1/2
    WideFloat top_q;  // 1 - p where p > 1/2
    WideFloat top;  // -log p = (top - z) size + log_total, for logits z whose sign is softmax's
    WideFloat log_total;
    Pack inverses[2], top_qs[2], log_totals[2];  // the same, before they are rounded
    double size;
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
};

using DenseStage = void (*)(const DenseRun&, const DenseRows&, DenseSums&);

struct DenseStages {
    bool (*serves)(const double* parameters) = nullptr;
    bool through_log = false;
    bool first_is_target = false;
    double least_value = 0.0;
    DenseStage evaluate = nullptr;
};

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

    static constexpr DenseStages stages = {Floats::serves, Floats::through_log,
                                           Floats::first_is_target, Floats::least_value, run};

private:
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
                // What a function of p may magnify its powers have lost.
                at.p = Brief::exp(-at.nll);
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
