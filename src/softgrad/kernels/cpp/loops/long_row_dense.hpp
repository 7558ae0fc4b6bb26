// A long row whose targets are one number an entry, in float32 arithmetic.
#pragma once

#include "dense_rows.hpp"
#include "long_row_output.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

template <class T>
class DenseRow {
    static constexpr Index count = wide_lanes;
    static constexpr bool copies = !std::is_same_v<T, float>;
    using Row = LongRow<Singles, T>;

    static Index packs_of(Index entries) { return entries / count + 2; }  // and one to read beyond

public:
    static Index packs(Index classes) {
        return packs_of(classes) + (copies ? 2 * packs_of(Row::block_entries) : 0);
    }

    // With room for so many packs.
    DenseRow(const SoftmaxWork& work, Pack* room)
        : work_(work),
          first_(reinterpret_cast<float*>(room)),
          z_(first_ + count * packs_of(work.job.classes)),
          t_(z_ + count * packs_of(Row::block_entries)) {}

    // False if the chain has to look at the row.
    template <bool is_plain>
    bool write(Index r, const Row& row) const {
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
            char* to = job.output.at.row(r);
            if (work_.dense->first_is_target) {
                write_gradient<is_plain>(row, to, factors,
                                         [t, &row](Index i) { return row.numbers(t, i); });
            } else {
                write_gradient<is_plain>(row, to, factors, [first = first_](Index i) {
                    return load_unaligned<WideFloat>(first + i);
                });
            }
        }
        if (job.values) store_row_number(job.values, r, factors.value[0][0]);
        return true;
    }

private:
    template <bool is_plain, class First>
    void write_gradient(const Row& row, char* to, const DenseFactors& factors,
                        const First& first) const {
        const Index likeliest = row.template likeliest<is_plain>();
        double at_likeliest = 0.0;
        if (likeliest >= 0) {
            const WideFloat e = all_of<Singles>(row.power_of(likeliest));
            at_likeliest = factors.of_large(e, wide(first(likeliest)[0]))[0];
        }
        const LongRowOutput<Singles, T> output(work_.job, row);
        output.write(to, likeliest, at_likeliest, [&](WideFloat shift) {
            const bool shifts = shift[0] != 1.0f;
            return [=](WideFloat e, Index i) __attribute__((always_inline)) {
                if (__builtin_expect(shifts, false)) e *= shift;
                return factors.of_small(e, first(i));
            };
        });
    }

    void evaluate(const Row& row, const char* z, const char* t, const DenseRows& rows,
                  DenseSums& sums) const {
        for (Index b = row.first_block(); b < row.last_block(); ++b) {
            const Index first = row.first_entry(b), entries = row.end_entry(b) - first;
            const Index start = first * static_cast<Index>(sizeof(T));
            const DenseRun run{row.powers_of(b),
                               in_floats(z + start, entries, z_),
                               in_floats(t + start, entries, t_),
                               first_ + first,
                               entries,
                               work_.job.loss_parameters};
            const WideFloat shift = row.shift(b);
            if (__builtin_expect(shift[0] == 1.0f, true)) {
                evaluate_block(run, rows, sums);
                continue;
            }
            DenseRows of_block = rows;
            of_block.inverse *= shift;
            of_block.half /= shift;
            for (Index h = 0; h < 2; ++h) of_block.inverses[h] *= Singles::half(shift, h);
            evaluate_block(run, of_block, sums);
        }
    }

    const float* in_floats(const char* from, Index entries, float* to) const {
        if constexpr (!copies) return reinterpret_cast<const float*>(from);
        Index i = 0;
        for (; i + count <= entries; i += count, from += count * static_cast<Index>(sizeof(T))) {
            store_unaligned(to + i, load_wide<T>(from));
        }
        store_unaligned(to + i, load_some_wide<T>(from, entries - i));
        return to;
    }

    // Of so many entries. Whole vectors where they lie; beyond the last one, copies.
    void evaluate_block(DenseRun run, const DenseRows& rows, DenseSums& sums) const {
        const Index left = run.count % count, last = run.count - left;
        run.count /= count;
        work_.dense->evaluate(run, rows, sums);
        if (left == 0) return;
        const auto copy = [&](const float* from) {
            return Singles::load_some<float>(reinterpret_cast<const char*>(from + last), left);
        };
        const WideFloat last_z = copy(run.z), last_t = copy(run.t);
        run = {run.powers + last,
               reinterpret_cast<const float*>(&last_z),
               reinterpret_cast<const float*>(&last_t),
               run.first + last,
               1,
               run.parameters};
        work_.dense->evaluate(run, rows, sums);
    }

    const SoftmaxWork& work_;
    float* first_;
    float *z_, *t_;  // a block of each, if they are of 16 bits
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
