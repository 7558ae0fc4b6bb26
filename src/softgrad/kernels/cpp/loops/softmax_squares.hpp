// Softmax with the squared error of a label: sum_k (p_k - t_k)^2 with t = 1 at the label y.
//
// With S = sum over k other than y of p_k^2 and q = 1 - p, the chain rule gives
//     value       q_y^2 + S
//     gradient_k  2 p_k (p_k - S + p_y q_y), and at the label -2 p_y (q_y^2 + S).
// Where some p_k > 1/2, k other than y, S = p_k^2 + S' and p_k - p_k^2 is p_k q_k: nothing small is
// a difference of two large numbers.
#pragma once

#include <initializer_list>

#include "softmax_work.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// What is added up first: p^2 where p <= 1/2.
template <class N>
SOFTGRAD_INLINE typename N::Vector small_square(typename N::Vector p) {
    return p > all_of<N>(0.5) ? typename N::Vector{} : p * p;
}

template <class N>
struct SquareFactors {
    using Vector = typename N::Vector;
    Vector top_q;
    Vector from_small, from_large;  // S - p_y q_y and S' - p_y q_y
    Vector scale;  // 2 weight slope
    Vector at_label;
    Pack value[N::halves];

    // From the sum of small squares; `inverse` is what powers were multiplied by.
    SquareFactors(const SoftmaxWork& work, const RowTotals<N>& row, Vector inverse, Vector e,
                  const Pack* squares, const Pack* weight) {
        const Vector half = all_of<N>(0.5), p_label = e * inverse, p_top = row.largest * inverse;
        const Vector large_label = p_label > half ? p_label : Vector{};
        const Vector large_other = p_top > half ? p_top - large_label : Vector{};
        Pack top[N::halves], small[N::halves], large[N::halves], label[N::halves];
        Pack scales[N::halves];
        for (Index h = 0; h < N::halves; ++h) {
            const Pack total = row.rest[h] + N::half(row.largest, h);
            const Pack p = N::half(e, h) / total;
            top[h] = row.rest[h] / total;
            const Pack is_large = N::half(large_label, h), other = N::half(large_other, h);
            const Pack q = select(is_large > 0.0, top[h], 1.0 - p);
            const Pack rest = squares[h] - where(~(is_large > 0.0), p * p);
            const Pack all = select(other > 0.0, rest + other * other, rest);
            const Pack product = p * q, both = q * q + all;
            large[h] = rest - product;
            small[h] = all - product;
            scales[h] = 2.0 * work.slope * weight[h];
            label[h] = -p * scales[h] * both;
            value[h] = weight[h] * both;
        }
        top_q = N::of(top);
        from_small = N::of(small);
        from_large = N::of(large);
        scale = N::of(scales);
        at_label = N::of(label);
    }

    // Of the rows whose lanes `pick` takes, but for their values.
    template <class Pick>
    SOFTGRAD_INLINE SquareFactors picked(const Pick& pick) const {
        SquareFactors found = *this;
        for (Vector SquareFactors::* part :
             {&SquareFactors::top_q, &SquareFactors::from_small, &SquareFactors::from_large,
              &SquareFactors::scale, &SquareFactors::at_label}) {
            found.*part = pick(this->*part);
        }
        return found;
    }

    SOFTGRAD_INLINE Vector gradient(Vector p) const {
        const Vector large = multiply_add(p, top_q, -from_large);
        return p * scale * (p > all_of<N>(0.5) ? large : p - from_small);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
