// Targets of one number an entry in the loops over softmax's raised powers: what a loss
// (stages/dense_loop.hpp) is told of its rows, and the way from what it says back to the logits.
//
// A loss on s = log p with h = -dL/ds has the gradient p sum h - h by the logits, one on p with
// f = dL/dp has p (f - sum p f). At the one entry that may have p > 1/2 these are
//     sum' h - (1 - p) sum h     and     p (f (1 - p) - sum' p f)
// with the sums sum' over all others: nothing small is a difference of two large numbers.
#pragma once

#include "softmax_work.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Of rows whose logits were multiplied by `sign` before they were raised.
template <class N>
DenseRows<N> dense_rows(const SoftmaxWork& work, const RowTotals<N>& row, double sign) {
    Pack half[N::halves];
    DenseRows<N> found;
    for (Index h = 0; h < N::halves; ++h) {
        const Pack most = N::half(row.largest, h), total = row.rest[h] + most;
        half[h] = 0.5 * total;
        if constexpr (N::halves > 1) {
            found.inverses[h] = 1.0 / total;
        } else {
            const Pair inverse = reciprocal(row.total(h));
            const Pair proper = fast_two_sum(inverse.high, inverse.low);
            found.inverses[h] = proper.high;
            found.inverse_low[h] = proper.low;
        }
        if constexpr (N::halves > 1) {
            found.top_qs[h] = row.rest[h] * found.inverses[h];
        } else {
            found.top_qs[h] = scaled(row.rest[h], {found.inverses[h], found.inverse_low[h]});
        }
        if constexpr (N::halves > 1) {
            found.log_totals[h] = brief_minus_log(most * found.inverses[h], found.top_qs[h]);
        } else {
            const Pair log_total = log_one_plus_pair(row.rest[h] / most);
            found.log_totals[h] = log_total.high;
            found.log_total_low[h] = log_total.low;
        }
    }
    found.inverse = N::of(found.inverses);
    found.half = N::of(half);
    found.top_q = N::of(found.top_qs);
    found.log_total = N::of(found.log_totals);
    found.top = row.top * static_cast<typename N::Number>(sign);
    found.size = sign * __builtin_fabs(work.slope);
    return found;
}

// A number in double precision for each lane of a vector.
template <class N>
struct InHalves {
    Pack half[N::halves] = {};
    SOFTGRAD_INLINE Pack operator[](Index h) const { return half[h]; }
};
template <class N>
SOFTGRAD_INLINE InHalves<N> in_all_halves(double x) {
    InHalves<N> found;
    for (Index h = 0; h < N::halves; ++h) found.half[h] = splat(x);
    return found;
}

// What the sums over rows come to, in each lane.
template <class N>
class DenseFactors {
    using Vector = typename N::Vector;
    // What numbers hold: infinite losses and weights far from 1 are the chain's.
    static constexpr double smallest_scale = Scale<N>::smallest_one_step, largest_scale = 0x1p-20;
    static constexpr double largest_slope = N::halves > 1 ? 0x1p40 : 0x1p400;

public:
    // `large` is what stands in `sums.large` in the lane of its row.
    DenseFactors(const SoftmaxWork& work, const DenseRows<N>& rows, InHalves<N> values,
                 InHalves<N> others, InHalves<N> large, InHalves<N> weights)
        : through_log_(work.dense_form().through_log), half_(rows.half), top_q_(rows.top_q) {
        const DenseForm& form = work.dense_form();
        Pack scale[N::halves], weight[N::halves], centre[N::halves], at_large[N::halves];
        for (Index h = 0; h < N::halves; ++h) {
            const Pack all = others[h] + large[h];
            const Pack slope = weights[h] * work.slope;
            if constexpr (N::halves > 1) {
                scale[h] = slope * rows.inverses[h];
                if (through_log_) scale[h] *= all;
            } else {
                const Pair inverse{rows.inverses[h], rows.inverse_low[h]};
                Pair exact = multiply(inverse, slope);
                if (through_log_) exact = multiply(exact, two_sum(others[h], large[h]));
                scale[h] = exact.high;
                scale_low_ = exact.low;
            }
            weight[h] = slope;
            centre[h] = all;
            at_large[h] = through_log_ ? slope * (others[h] - rows.top_qs[h] * all) : others[h];
            Pack unweighted = values[h];
            if constexpr (N::halves == 1) {
                if (form.first_is_target) unweighted += all * rows.log_total_low[h];
            }
            value[h] = weights[h] * unweighted;
            const Pack size = absolute(scale[h]), least = all * form.least_value;
            Mask plain = (absolute(value[h]) < infinity) & (absolute(all) < infinity);
            plain = plain & (((size > smallest_scale) & (size < largest_scale)) | (size == 0.0));
            plain = plain & (absolute(slope) > 1.0 / largest_slope);
            plain = plain & (absolute(slope) < largest_slope);
            if (form.least_value > 0.0) plain = plain & (absolute(unweighted) > least);
            if (form.least_of_row > 0.0) plain = plain & (absolute(unweighted) > form.least_of_row);
            is_odd[h] = ~plain;
        }
        scale_ = N::of(scale);
        weight_ = N::of(weight);
        centre_ = N::of(centre);
        at_large_ = N::of(at_large);
    }

    // What the gradient takes, of the rows whose lanes `pick` takes.
    template <class Pick>
    SOFTGRAD_INLINE DenseFactors picked(const Pick& pick) const {
        DenseFactors found(through_log_);
        found.half_ = pick(half_);
        found.top_q_ = pick(top_q_);
        found.scale_ = pick(scale_);
        found.weight_ = pick(weight_);
        found.centre_ = pick(centre_);
        found.at_large_ = pick(at_large_);
        return found;
    }

    // The gradient of entries from their powers and what the loss said of them.
    SOFTGRAD_INLINE Vector operator()(Vector e, Vector first) const {
        return e > half_ ? of_large(e, first) : of_small(e, first);
    }
    // The same where no probability is more than 1/2, and of the one that is.
    SOFTGRAD_INLINE Vector of_small(Vector e, Vector first) const {
        if constexpr (N::halves == 1) {
            const Pack low = e * scale_low_;
            if (through_log_) return multiply_add(e, scale_, low - first * weight_);
            return multiply_add(e, scale_, low) * (first - centre_);
        } else {
            if (through_log_) return multiply_add(e, scale_, -(first * weight_));
            return e * scale_ * (first - centre_);
        }
    }
    SOFTGRAD_INLINE Vector of_large(Vector e, Vector first) const {
        if (through_log_) return at_large_;
        return e * scale_ * multiply_add(first, top_q_, -at_large_);
    }

    Pack value[N::halves];  // weighted
    Mask is_odd[N::halves];  // rows that the chain has to look at

private:
    explicit DenseFactors(bool through_log) : through_log_(through_log) {}

    bool through_log_;
    Vector half_, top_q_, scale_, weight_, centre_, at_large_;
    Vector scale_low_ = {};  // what float64 lost of it
};

// False where targets lie outside the job's limits. (0 is always among what was compared: where it lies
// outside, the loss says so.)
template <class N>
bool are_within_limits(const Job& job, const DenseSums<N>& sums) {
    if (!job.checks_target) return true;
    const double lowest = job.lowest_target < 0.0 ? job.lowest_target : 0.0;
    bool within = true;
    for (Index h = 0; h < N::halves; ++h) {
        within &=
            !any((N::half(sums.least, h) < lowest) | (N::half(sums.most, h) > job.highest_target));
    }
    return within;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
