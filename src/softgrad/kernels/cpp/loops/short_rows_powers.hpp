// From the logits of a strand of short rows, one a lane, to their raised powers.
#pragma once

#include "softmax_work.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// To e, which may be z. What is not the largest so far is added up: so 1 - p is known without
// subtracting.
template <class N, bool is_one>
SOFTGRAD_INLINE RowTotals<N> raise_strand(const SoftmaxWork& work,
                                          const RaisedPowers<N, is_one>& power,
                                          typename N::Vector top, const typename N::Vector* z,
                                          typename N::Vector* e) {
    using Vector = typename N::Vector;
    Vector most = {};
    if (work.ghost > -infinity) most = power(all_of<N>(work.ghost));
    const auto less = [&](Index k) __attribute__((always_inline)) {
        const Vector x = e[k] = power(z[k]);
        const Vector smaller = smallest(most, x);  // NaN passes
        most = largest(x, most);
        return smaller;
    };
    LongSum<N> rest;
    Index k = 0;
    const Index classes = work.job.classes;
    for (; k + 4 <= classes; k += 4) {
        const Vector a = less(k), b = less(k + 1), c = less(k + 2), d = less(k + 3);
        rest.add(a, b, c, d);
    }
    Vector last = {};
    for (; k < classes; ++k) last += less(k);
    rest.add(last);
    RowTotals<N> found{top, most, {}};
    for (Index h = 0; h < N::halves; ++h) found.rest[h] = rest.half(h).high;
    return found;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
