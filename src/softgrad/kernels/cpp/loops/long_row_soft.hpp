// Cross-entropy of a long row of float64 with a target an entry: the mass m of the targets times
// log(sum / e_top), and t (top - z) of each entry, terms of one sign; the gradient p m - t, which at an
// entry of p > 1/2 is (m - t) - m (1 - p).
#pragma once

#include "long_row_output.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// False if the chain has to look at the row.
template <bool is_plain>
bool write_soft_cross_entropy(const SoftmaxWork& work, Index r,
                              const LongRow<Doubles, double>& row) {
    const Job& job = work.job;
    const double weight = work.weight_of(r, 0.0), slope = work.slope * weight;
    if (!(weight != 0.0 && __builtin_fabs(slope) < infinity)) return false;
    const char *z = job.logits.at.row(r), *t = job.target.at.row(r);
    Pack least = {}, most = {};
    const double mass = row.sum_of([&](Pack, Index i) __attribute__((always_inline)) {
        const Pack x = row.numbers(t, i);
        least = smallest(x, least);
        most = largest(x, most);
        return x;
    });
    if (job.checks_target && any((least < job.lowest_target) | (most > job.highest_target))) {
        return false;
    }
    const RowTotals<Doubles> totals = row.template totals<is_plain>();
    const double sign = work.negates ? -1.0 : 1.0;
    const double below = row.sum_of([&](Pack, Index i) __attribute__((always_inline)) {
        const Pack x = row.numbers(t, i);
        return where(x != 0.0, x * (totals.top - sign * row.numbers(z, i)));
    });
    const double largest_power = totals.largest[0], rest = totals.rest[0][0];
    const double total = rest + largest_power, scale = mass * slope / total;
    const double surprise = log_one_plus(splat(rest / largest_power))[0];
    const double value = weight * (mass * surprise + __builtin_fabs(work.slope) * below);
    const bool is_plain_number =
        __builtin_fabs(value) < infinity && (mass == 0.0 || __builtin_fabs(scale) > 0x1p-1000);
    if (!is_plain_number) return false;
    if (job.output) {
        const Index likeliest = row.template likeliest<is_plain>();
        double at_likeliest = 0.0;
        if (likeliest >= 0) {
            const double own = load_one<double>(t + likeliest * static_cast<Index>(sizeof(double)));
            at_likeliest = slope * ((mass - own) - mass * (rest / total));
        }
        const LongRowOutput<Doubles, double> output(job, row);
        output.write(job.output.at.row(r), likeliest, at_likeliest, [&](Pack shift) {
            const Pack of_power = shift * scale;
            return [=, &row](Pack e, Index i) __attribute__((always_inline)) {
                return e * of_power - slope * row.numbers(t, i);
            };
        });
    }
    if (job.values) store_row_number(job.values, r, value);
    return true;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
