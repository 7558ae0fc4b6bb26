// A long row whose targets are one number an entry, in float32.
#pragma once

#include "dense_rows.hpp"
#include "long_row_output.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

class DenseRow {
    static constexpr Index count = wide_lanes;

public:
    static Index packs(Index classes) { return classes / count + 1; }

    DenseRow(const SoftmaxWork& work, Workspace& workspace)
        : work_(work), first_(reinterpret_cast<float*>(workspace.take(packs(work.job.classes)))) {}

    // False if the chain has to look at the row.
    template <bool is_plain>
    bool write(Index r, LongRow<Singles, float>& row) const {
        const Job& job = work_.job;
        const double weight = work_.weight_of(r, 0.0);
        if (weight == 0.0) return false;
        const char *z = job.logits.at.row(r), *t = job.target.at.row(r);
        const RowTotals<Singles> totals = row.template totals<is_plain>();
        const DenseRows rows = dense_rows(work_, totals, work_.negates ? -1.0 : 1.0);
        DenseSums sums;
        evaluate(row, z, t, rows, sums);
        if (!are_within_limits(job, sums)) return false;

        LongSum<Singles> large;
        large.add(sums.large);
        const DenseFactors factors(work_, rows, in_all_lanes(sums.value.across().high),
                                   in_all_lanes(sums.others.across().high),
                                   in_all_lanes(large.across().high), in_all_lanes(weight));
        if (any(factors.is_odd[0])) return false;
        if (job.output) {
            const char* first =
                work_.dense->first_is_target ? t : reinterpret_cast<const char*>(first_);
            const LongRowOutput<Singles, float> output(job, row);
            output.write(job.output.at.row(r), -1, 0.0, [&](WideFloat shift) {
                const bool shifts = shift[0] != 1.0f;
                return [=, &row](WideFloat e, Index i) __attribute__((always_inline)) {
                    if (__builtin_expect(shifts, false)) e *= shift;
                    return factors(e, row.numbers(first, i));
                };
            });
        }
        if (job.values) store_row_number(job.values, r, factors.value[0][0]);
        return true;
    }

private:
    // Whole vectors where they lie; beyond the last one, copies.
    void evaluate(const LongRow<Singles, float>& row, const char* z, const char* t,
                  const DenseRows& rows, DenseSums& sums) const {
        const auto* logits = reinterpret_cast<const float*>(z);
        const auto* targets = reinterpret_cast<const float*>(t);
        for (Index b = row.first_block(); b < row.last_block(); ++b) {
            const WideFloat shift = row.shift(b);
            DenseRows of_block = rows;
            of_block.inverse *= shift;
            of_block.half /= shift;
            const float* powers = row.powers_of(b);
            const Index first = row.first_entry(b), entries = row.end_entry(b) - first;
            const Index whole = entries / count, left = entries % count;
            DenseRun run{powers,        logits + first, targets + first,
                         first_ + first, whole,          work_.job.loss_parameters};
            work_.dense->evaluate(run, of_block, sums);
            if (left == 0) continue;
            const Index last = whole * count;
            const auto copy = [&](const float* from) {
                return Singles::load_some<float>(reinterpret_cast<const char*>(from + last), left);
            };
            const WideFloat last_z = copy(run.z), last_t = copy(run.t);
            run = {powers + last,
                   reinterpret_cast<const float*>(&last_z),
                   reinterpret_cast<const float*>(&last_t),
                   run.first + last,
                   1,
                   run.parameters};
            work_.dense->evaluate(run, of_block, sums);
        }
    }

    const SoftmaxWork& work_;
    float* first_;
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
