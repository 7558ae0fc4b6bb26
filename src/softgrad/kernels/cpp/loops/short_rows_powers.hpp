// From the logits of a strand of short rows, one a lane, to their raised powers, and what those come
// to. In float32 with a table (arithmetic/table_exponential.hpp) rows in the order of memory
// (short_rows_flat.cpp) come to the same, bit for bit.
#pragma once

#include "../arithmetic/row_trees.hpp"
#include "../arithmetic/table_exponential.hpp"
#include "softmax_work.hpp"
#include "tiling.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Powers by a table: of one row, or of one row in each lane.
class TablePowers {
public:
    static constexpr float raised_by = 64.0f;  // as in raised_powers.hpp

    explicit TablePowers(InverseTemperature inverse)
        : table_(inverse.high + inverse.low),
          lowest_(wide(static_cast<float>(-0x1p16 / inverse.high))) {}
    // Of rows with these largest logits.
    TablePowers(WideFloat top, InverseTemperature inverse) : TablePowers(inverse) {
        raised_ = raised_at(top);
    }

    static WideMask is_too_far(WideFloat top, InverseTemperature inverse) {
        return RaisedPowers<Singles, false>::is_too_far(top, inverse);
    }

    // What each row's powers are asked for with, so that that of its largest logit is about 2^64.
    SOFTGRAD_INLINE WideFloat raised_at(WideFloat top) const {
        return TableExponential::raised(wide(raised_by) - table_.exponent(top));
    }
    // -inf becomes 0, and NaN passes.
    SOFTGRAD_INLINE WideFloat operator()(WideFloat z, WideFloat raised) const {
        return table_(largest(lowest_, z), raised);
    }
    SOFTGRAD_INLINE WideFloat operator()(WideFloat z) const { return (*this)(z, raised_); }
    // The same, raised as it is, of logits none of which is far.
    SOFTGRAD_INLINE WideFloat of_near(WideFloat z) const {
        return table_(z, TableExponential::raised(wide(raised_by)));
    }

private:
    TableExponential table_;
    WideFloat lowest_, raised_ = {};
};

template <class N>
inline constexpr bool has_table = TableExponential::pays && N::halves > 1;

template <class N, bool is_one>
using ShortPowers = std::conditional_t<has_table<N>, TablePowers, RaisedPowers<N, is_one>>;

// From the sums of a tree; the power of a ghost, if there is one, is joined to them.
SOFTGRAD_INLINE RowTotals<Singles> totals_of(const SoftmaxWork& work, WideFloat top,
                                             const RowLargest::Exact& sums, WideFloat ghost) {
    RowTotals<Singles> found{top, sums.most, {}};
    WideFloat less = {};
    const bool has_ghost = work.ghost > -infinity;
    if (has_ghost) {
        less = smallest(ghost, sums.most);
        found.largest = largest(sums.most, ghost);
    }
    for (Index h = 0; h < 2; ++h) {
        found.rest[h] = Singles::half(sums.rest, h) + Singles::half(sums.error, h);
        if (has_ghost) found.rest[h] += Singles::half(less, h);
    }
    return found;
}

// To e, which may be z. What is not the largest so far is added up: so 1 - p is known without
// subtracting.
template <class N, class Powers>
SOFTGRAD_INLINE RowTotals<N> raise_strand(const SoftmaxWork& work, const Powers& power,
                                          typename N::Vector top, const typename N::Vector* z,
                                          typename N::Vector* e) {
    using Vector = typename N::Vector;
    const Index classes = work.job.classes;
    Vector most = {};
    if (work.ghost > -infinity) most = power(all_of<N>(work.ghost));
    if constexpr (has_table<N>) {
        if (classes <= longest_short_row) {
            for (Index k = 0; k < classes; ++k) e[k] = power(z[k]);
            return totals_of(work, top,
                             ColumnTree<RowLargest>::of(classes, [&](Index i) { return e[i]; }),
                             most);
        }
    }
    const auto less = [&](Index k) __attribute__((always_inline)) {
        const Vector x = e[k] = power(z[k]);
        const Vector smaller = smallest(most, x);  // NaN passes
        most = largest(x, most);
        return smaller;
    };
    LongSum<N> rest;
    Index k = 0;
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

// The sum of some numbers of one sign of each row of a strand, each of which is asked for once.
template <class N, class At>
SOFTGRAD_INLINE void sum_strand(Index classes, Pack* sums, const At& at) {
    if constexpr (has_table<N>) {
        if (classes <= longest_short_row) {
            const RowSum::Exact sum = ColumnTree<RowSum>::of(classes, at);
            for (Index h = 0; h < 2; ++h) sums[h] = N::half(sum.sum, h) + N::half(sum.error, h);
            return;
        }
    }
    LongSum<N> sum;
    for (Index k = 0; k < classes; ++k) sum.add(at(k));
    for (Index h = 0; h < N::halves; ++h) sums[h] = sum.half(h).high;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
