// (log Z)^2 of a long row of float32 logits, Z the sum of their exponentials; its gradient 2 log Z p.
#pragma once

#include "long_row_output.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// False if the chain has to look at the row: it is ignored or of no weight, or its log Z is so near 0
// that the sum of float32 powers has not the digits.
template <bool is_plain>
bool write_squared_partition(const SoftmaxWork& work, Index r, const LongRow<Singles, float>& row) {
    const Job& job = work.job;
    const double label = job.has_labels ? work.label_of(r) : 0.0;
    if (label < 0.0) return false;
    const double weight = work.weight_of(r, label);
    const RowTotals<Singles> totals = row.totals<is_plain>();
    const Pack most = Singles::half(totals.largest, 0), rest = totals.rest[0];
    const Pack log = Singles::half(totals.top, 0) + brief_log_one_plus(rest / most);
    const double log_z = log[0], factor = 2.0 * log_z * weight;
    const double size = __builtin_fabs(factor);
    if (!(__builtin_fabs(log_z) >= 2.0 && size > 0x1p-40 && size < 0x1p40)) return false;
    if (job.output) {
        const Pack inverse = 1.0 / (rest + most), inverses[2] = {inverse, inverse};
        const Pack factors[2] = {splat(factor), splat(factor)};
        const LongRowOutput<Singles, float> output(job, row);
        output.write(job.output.at.row(r), -1, 0.0,
                     [&](WideFloat shift) { return Scale<Singles>(inverses, factors, shift); });
    }
    if (job.values) store_row_number(job.values, r, weight * log_z * log_z);
    return true;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
