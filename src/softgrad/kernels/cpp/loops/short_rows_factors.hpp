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

    // Of cross-entropy, whose derivatives need no logarithm: with few classes a row's own numbers cost
    // as much as its entries, and here they are fewest. `power` is that of each row's label.
    SOFTGRAD_INLINE static EntryFactors linear(const SoftmaxWork& work, const RowTotals<N>& row,
                                               Vector power, const Pack* weight) {
        Pack inverses[N::halves], gradients[N::halves], rests[N::halves], labels[N::halves];
        Pack bends[N::halves];
        for (Index h = 0; h < N::halves; ++h) {
            const Pack total = row.rest[h] + N::half(row.largest, h);
            const Pack of_label = N::half(power, h), slope = weight[h] * work.slope;
            inverses[h] = 1.0 / total;
            gradients[h] = inverses[h] * slope;
            rests[h] = row.rest[h] * inverses[h];
            const Pack q =
                select(of_label + of_label > total, rests[h], 1.0 - of_label * inverses[h]);
            labels[h] = -(q * slope);
            bends[h] = slope * work.slope;
        }
        EntryFactors found;
        found.inverse = N::of(inverses);
        found.scale = N::of(gradients);
        found.top_q = N::of(rests);
        found.first = N::of(bends);
        found.second = Vector{};
        found.hessian_at_label = Vector{};
        found.gradient_at_label = N::of(labels);
        return found;
    }

    // Whether some row is scaled by so little that it has to be in steps (Scale).
    bool is_small() const {
        return any(largest(scale, -scale) < all_of<N>(Scale<N>::smallest_one_step));
    }

    SOFTGRAD_INLINE Vector gradient(Vector e, decltype(Vector{} < Vector{}) at_label) const {
        return at_label ? gradient_at_label : e * scale;
    }
    template <bool is_linear>
    SOFTGRAD_INLINE Vector bend(Vector e, decltype(Vector{} < Vector{}) at_label) const {
        const Vector p = e * inverse, q = complement(p);
        if (is_linear) return first * (p * q);
        return at_label ? hessian_at_label : p * multiply_add(first, q, second * p);
    }

    SOFTGRAD_INLINE Vector complement(Vector p) const {
        return p > all_of<N>(0.5) ? top_q : all_of<N>(1.0) - p;
    }

    // Of the rows whose lanes `pick` takes.
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

// Cross-entropy of labels, weighted, from powers in float32. Where p is too small for its power to have
// all digits, it is what `of_far` says.
template <class OfFar>
SOFTGRAD_INLINE void find_linear_values(const RowTotals<Singles>& row, WideFloat power,
                                        const Pack* weight, Pack* value, const OfFar& of_far) {
    for (Index h = 0; h < 2; ++h) {
        const Pack e = Singles::half(power, h), total = row.rest[h] + Singles::half(row.largest, h);
        const Pack inverse = 1.0 / total;
        const Pack q = (e + e > total ? row.rest[h] : total - e) * inverse;
        value[h] = weight[h] * brief_minus_log(e * inverse, q);
    }
    constexpr float least = 0x1p-120f;
    if (__builtin_expect(any(~(power >= wide(least))), false)) {
        const RowFactors<Singles> far = of_far();
        for (Index h = 0; h < 2; ++h) {
            const Mask is_near = Singles::half(power, h) >= static_cast<double>(least);
            value[h] = select(is_near, value[h], far.value[h]);
        }
    }
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
