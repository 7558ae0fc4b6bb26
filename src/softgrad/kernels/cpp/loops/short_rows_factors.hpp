// What is left to do with the powers of short rows, of a row in each lane, when their totals are known;
// and the gradient and the diagonal of the Hessian of each entry from that.
#pragma once

#include "softmax_work.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

template <class N>
struct EntryFactors {
    using Vector = typename N::Vector;
    Vector inverse;  // p = e inverse
    Vector scale;  // the gradient is e scale but at the label
    Vector top_q, first, second;  // as those of RowFactors
    Vector gradient_at_label, hessian_at_label;

    EntryFactors() = default;
    EntryFactors(const RowFactors<N>& row, Vector a_scale)
        : inverse(N::of(row.inverse)),
          scale(a_scale),
          top_q(row.top_q),
          first(row.first),
          second(row.second),
          gradient_at_label(row.gradient_at_label),
          hessian_at_label(row.hessian_at_label) {}

    // Of cross-entropy's derivatives without weights: what boosting asks for most. With few classes
    // a row's own numbers cost as much as its entries, and here they are fewest. `power` is that of
    // each row's label.
    static EntryFactors plain(const SoftmaxWork& work, const RowTotals<N>& row, Vector power) {
        const double slope = work.slope * work.job.scale;
        Pack inverses[N::halves], gradients[N::halves], rests[N::halves], labels[N::halves];
        for (Index h = 0; h < N::halves; ++h) {
            const Pack total = row.rest[h] + N::half(row.largest, h);
            const Pack of_label = N::half(power, h);
            inverses[h] = 1.0 / total;
            gradients[h] = inverses[h] * slope;
            rests[h] = row.rest[h] * inverses[h];
            const Pack q =
                select(of_label + of_label > total, rests[h], 1.0 - of_label * inverses[h]);
            labels[h] = -(q * slope);
        }
        EntryFactors found;
        found.inverse = N::of(inverses);
        found.scale = N::of(gradients);
        found.top_q = N::of(rests);
        found.first = all_of<N>(slope * work.slope);
        found.gradient_at_label = N::of(labels);
        return found;
    }

    SOFTGRAD_INLINE Vector gradient(Vector e, decltype(Vector{} < Vector{}) at_label) const {
        return at_label ? gradient_at_label : e * scale;
    }
    template <bool is_linear>
    SOFTGRAD_INLINE Vector bend(Vector e, decltype(Vector{} < Vector{}) at_label) const {
        const Vector p = e * inverse, q = p > all_of<N>(0.5) ? top_q : all_of<N>(1.0) - p;
        if (is_linear) return first * (p * q);
        return at_label ? hessian_at_label : p * multiply_add(first, q, second * p);
    }

    // Of the rows whose lanes `pick` takes; `first` of plain rows is the same in all.
    template <class Pick>
    SOFTGRAD_INLINE EntryFactors picked(const Pick& pick) const {
        EntryFactors found;
        found.inverse = pick(inverse);
        found.scale = pick(scale);
        found.top_q = pick(top_q);
        found.first = pick(first);
        found.second = pick(second);
        found.gradient_at_label = pick(gradient_at_label);
        found.hessian_at_label = pick(hessian_at_label);
        return found;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
