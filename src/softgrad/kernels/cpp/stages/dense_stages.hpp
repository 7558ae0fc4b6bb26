// Losses of targets that are one number an entry, on the probabilities of exponentials: what a loss
// supplies for a loop beside its stages over a tile, in float32 or float64.
//
// As in a tile (tile.hpp), the vectors of a strand are of one row, or one an entry of rows side by
// side.
#pragma once

#include "../arithmetic/numbers.hpp"
#include "dense_coins.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// The rows of a strand: one in each lane, or the same in all.
template <class N>
struct DenseRows {
    using Vector = typename N::Vector;
    Vector inverse;  // p = e inverse
    Vector half;  // e of p = 1/2
    Vector top_q;  // 1 - p where p > 1/2
    Vector top;  // -log p = (top - z) size + log_total, for logits z whose sign is softmax's
    Vector log_total;
    Pack inverses[N::halves], top_qs[N::halves], log_totals[N::halves];  // before they are rounded
    Pack log_total_low[N::halves];  // what float64 lost of it
    double size;
    Pack inverse_low[N::halves];  // likewise

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
template <class N>
struct DenseRun {
    using Number = typename N::Number;
    const Number* powers;  // e
    const Number* z;
    const Number* t;
    Number* first;  // null where `first_is_target`
    Index count;  // of vectors
    const double* parameters;
};

// What is added up, in each lane: of `first`, or of p `first` for losses that live on p.
template <class N>
struct DenseSums {
    using Vector = typename N::Vector;
    LongSum<N> value;
    LongSum<N> others;  // where p <= 1/2
    Vector large = {};  // where p > 1/2
    Vector least = {}, most = {};  // of targets, and 0
    bool any_large = false;  // of `of_each`
};

// The terms of those sums, a vector for each vector of entries.
struct DenseTerms {
    float *value, *other, *large;
};

template <class N>
using DenseStage = void (*)(const DenseRun<N>&, const DenseRows<N>&, DenseSums<N>&);
// Leaves the sums to the caller, but for limits. With `lane` the entries of each vector belong to the
// rows in these lanes (flat_rows.hpp).
using DenseStageOfEach = void (*)(const DenseRun<Singles>&, const DenseRows<Singles>&,
                                  const WideBits* lane, const DenseTerms&, DenseSums<Singles>&);

// What all that is done with a row asks for.
struct DenseForm {
    bool through_log = false;
    bool first_is_target = false;
    double least_value = 0.0;  // in units of the sum of `first`
    double least_of_row = 0.0;
};

template <class N>
struct DenseStagesIn : DenseForm {
    bool (*serves)(const double* parameters) = nullptr;
    DenseStage<N> evaluate = nullptr;
};
// In float32 there is more: coins, and rows in the order of memory.
template <>
struct DenseStagesIn<Singles> : DenseForm {
    bool (*serves)(const double* parameters) = nullptr;
    DenseStage<Singles> evaluate = nullptr;
    CoinStage coins = nullptr;  // of losses on log p
    double least_coin_value = 0.0;  // of those an entry: below, the value has lost digits
    DenseStageOfEach of_each = nullptr;  // of those in float32 arithmetic
};
using DenseStages = DenseStagesIn<Singles>;

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
