// Targets of one number an entry in the loops over softmax's raised powers, in float32: what a loss
// (stages/dense_floats.hpp) is told of its rows, and the way from what it says back to the logits.
//
// A loss on s = log p with h = -dL/ds has the gradient p sum h - h by the logits, one on p with
// f = dL/dp has p (f - sum p f). At the one entry that may have p > 1/2 these are
//     sum' h - (1 - p) sum h     and     p (f (1 - p) - sum' p f)
// with the sums sum' over all others: nothing small is a difference of two large numbers.
#pragma once

#include "softmax_work.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Of rows whose logits were multiplied by `sign` before they were raised.
inline DenseRows dense_rows(const SoftmaxWork& work, const RowTotals<Singles>& row, double sign) {
    Pack half[2];
    DenseRows found;
    for (Index h = 0; h < 2; ++h) {
        const Pack most = Singles::half(row.largest, h), total = row.rest[h] + most;
        half[h] = 0.5 * total;
        found.inverses[h] = 1.0 / total;
        found.top_qs[h] = row.rest[h] * found.inverses[h];
        found.log_totals[h] = brief_log_one_plus(row.rest[h] / most);
    }
    found.inverse = Singles::of(found.inverses);
    found.half = Singles::of(half);
    found.top_q = Singles::of(found.top_qs);
    found.log_total = Singles::of(found.log_totals);
    found.top = row.top * static_cast<float>(sign);
    found.size = sign * __builtin_fabs(work.slope);
    return found;
}

// A number for each of the two halves of a vector.
struct InHalves {
    Pack half[2];
    SOFTGRAD_INLINE Pack operator[](Index h) const { return half[h]; }
};
SOFTGRAD_INLINE InHalves in_all_lanes(double x) { return {{splat(x), splat(x)}}; }

// What the sums over rows come to, in each lane.
class DenseFactors {
public:
    // `large` is what stands in `sums.large` in the lane of its row.
    DenseFactors(const SoftmaxWork& work, const DenseRows& rows, InHalves values, InHalves others,
                 InHalves large, InHalves weights)
        : through_log_(work.dense->through_log), half_(rows.half), top_q_(rows.top_q) {
        Pack scale[2], weight[2], centre[2], at_large[2];
        for (Index h = 0; h < 2; ++h) {
            const Pack all = others[h] + large[h];
            const Pack slope = weights[h] * work.slope;
            scale[h] = slope * rows.inverses[h];
            if (through_log_) scale[h] *= all;
            weight[h] = slope;
            centre[h] = all;
            at_large[h] = through_log_ ? slope * (others[h] - rows.top_qs[h] * all) : others[h];
            value[h] = weights[h] * values[h];
            const Pack size = absolute(scale[h]), least = all * work.dense->least_value;
            // What float32 holds: infinite losses and weights far from 1 are the chain's.
            Mask plain = (absolute(value[h]) < infinity) & (absolute(all) < infinity);
            plain = plain & (((size > 0x1p-120) & (size < 0x1p-20)) | (size == 0.0));
            plain = plain & (absolute(slope) > 0x1p-40) & (absolute(slope) < 0x1p40);
            if (work.dense->least_value > 0.0) plain = plain & (absolute(values[h]) > least);
            is_odd[h] = ~plain;
        }
        scale_ = Singles::of(scale);
        weight_ = Singles::of(weight);
        centre_ = Singles::of(centre);
        at_large_ = Singles::of(at_large);
    }

    // The gradient of entries from their powers and what the loss said of them.
    SOFTGRAD_INLINE WideFloat operator()(WideFloat e, WideFloat first) const {
        return e > half_ ? of_large(e, first) : of_small(e, first);
    }
    // The same where no probability is more than 1/2, and of the one that is.
    SOFTGRAD_INLINE WideFloat of_small(WideFloat e, WideFloat first) const {
        if (through_log_) return multiply_add(e, scale_, -(first * weight_));
        return e * scale_ * (first - centre_);
    }
    SOFTGRAD_INLINE WideFloat of_large(WideFloat e, WideFloat first) const {
        if (through_log_) return at_large_;
        return e * scale_ * multiply_add(first, top_q_, -at_large_);
    }

    Pack value[2];  // weighted
    Mask is_odd[2];  // rows that the chain has to look at

private:
    bool through_log_;
    WideFloat half_, top_q_, scale_, weight_, centre_, at_large_;
};

// False where targets lie outside the job's limits.
inline bool are_within_limits(const Job& job, const DenseSums& sums) {
    if (!job.checks_target) return true;
    bool within = true;
    for (Index h = 0; h < 2; ++h) {
        within &= !any((Singles::half(sums.least, h) < job.lowest_target) |
                       (Singles::half(sums.most, h) > job.highest_target));
    }
    return within;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
