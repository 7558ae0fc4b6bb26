// Derivatives of softmax with cross-entropy, of labels without weights: what boosting asks for most.
// With few classes a row's own numbers cost as much as its entries, and here they are fewest.
#pragma once

#include "softmax_work.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// From the raised powers of a strand to its gradient, in their place, and to the diagonal of its
// Hessian, if `bends` is not null. `power` is that of each row's label.
template <class N>
SOFTGRAD_INLINE void finish_plain_strand(const SoftmaxWork& work, const RowTotals<N>& row,
                                         typename N::Vector power, typename N::Vector label,
                                         typename N::Vector* entries, typename N::Vector* bends) {
    using Vector = typename N::Vector;
    const double slope = work.slope * work.job.scale;
    Pack inverses[N::halves], gradients[N::halves], rests[N::halves], labels[N::halves];
    for (Index h = 0; h < N::halves; ++h) {
        const Pack total = row.rest[h] + N::half(row.largest, h), of_label = N::half(power, h);
        inverses[h] = 1.0 / total;
        gradients[h] = inverses[h] * slope;
        rests[h] = row.rest[h] * inverses[h];
        const Pack q = select(of_label + of_label > total, rests[h], 1.0 - of_label * inverses[h]);
        labels[h] = -(q * slope);
    }
    const Vector inverse = N::of(inverses), gradient = N::of(gradients);
    const Vector at_label = N::of(labels), one = all_of<N>(1.0);
    RowFactors<N> factors;
    factors.top_q = N::of(rests);
    factors.first = all_of<N>(slope * work.slope);
    Vector number = {};
    for (Index k = 0; k < work.job.classes; ++k) {
        const Vector e = entries[k];
        if (bends) bends[k] = hessian_of<N>(e * inverse, factors, true);
        entries[k] = number == label ? at_label : e * gradient;
        number += one;
    }
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
