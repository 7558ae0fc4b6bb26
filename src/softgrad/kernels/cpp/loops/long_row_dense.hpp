// A long row whose targets are one number an entry, in arithmetic of float32 or float64.
#pragma once

#include "dense_rows.hpp"
#include "long_row_output.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

template <class N, class T>
class DenseRow {
    using Number = typename N::Number;
    using Vector = typename N::Vector;
    static constexpr Index count = N::count, size = sizeof(T);
    static constexpr bool copies = sizeof(T) == 2;
    using Row = LongRow<N, T>;

    static Index packs_of(Index entries) { return entries / count + 2; }  // and one to read beyond

public:
    static Index packs(Index classes) {
        return packs_of(classes) + (copies ? 2 * packs_of(Row::block_entries) : 0);
    }

    // With room for so many packs.
    DenseRow(const SoftmaxWork& work, Pack* room)
        : work_(work),
          first_(reinterpret_cast<Number*>(room)),
          z_(first_ + count * packs_of(work.job.classes)),
          t_(z_ + count * packs_of(Row::block_entries)) {}

    // False if the chain has to look at the row.
    template <bool is_plain>
    bool write(Index r, const Row& row) const {
        const Job& job = work_.job;
        const double weight = work_.weight_of(r, 0.0);
        if (weight == 0.0) return false;
        const char *z = job.logits.at.row(r), *t = job.target.at.row(r);
        const RowTotals<N> totals = row.template totals<is_plain>();
        const DenseRows<N> rows = dense_rows<N>(work_, totals, work_.negates ? -1.0 : 1.0);
        DenseSums<N> sums;
        evaluate(row, z, t, rows, sums);
        if (!are_within_limits(job, sums)) return false;

        LongSum<N> large;
        large.add(sums.large);
        const auto across = [](const LongSum<N>& sum) {
            const RunningSum found = sum.across();
            return in_all_halves<N>(found.high + found.low);
        };
        const DenseFactors<N> factors(work_, rows, across(sums.value), across(sums.others),
                                      across(large), in_all_halves<N>(weight));
        if (any(factors.is_odd[0])) return false;
        if (job.output) {
            char* to = job.output.at.row(r);
            if (work_.dense_form().first_is_target) {
                write_gradient<is_plain>(row, to, factors,
                                         [t, &row](Index i) { return row.numbers(t, i); });
            } else {
                write_gradient<is_plain>(row, to, factors, [first = first_](Index i) {
                    return load_unaligned<Vector>(first + i);
                });
            }
        }
        if (job.values) store_row_number(job.values, r, factors.value[0][0]);
        return true;
    }

private:
    template <bool is_plain, class First>
    void write_gradient(const Row& row, char* to, const DenseFactors<N>& factors,
                        const First& first) const {
        const Index likeliest = row.template likeliest<is_plain>();
        double at_likeliest = 0.0;
        if (likeliest >= 0) {
            const Vector e = all_of<N>(row.power_of(likeliest));
            at_likeliest = static_cast<double>(
                factors.of_large(e, all_of<N>(static_cast<double>(first(likeliest)[0])))[0]);
        }
        const LongRowOutput<N, T> output(work_.job, row);
        output.write(to, likeliest, at_likeliest, [&](Vector shift) {
            const bool shifts = shift[0] != 1;
            return [=](Vector e, Index i) __attribute__((always_inline)) {
                if (__builtin_expect(shifts, false)) e *= shift;
                return factors.of_small(e, first(i));
            };
        });
    }

    void evaluate(const Row& row, const char* z, const char* t, const DenseRows<N>& rows,
                  DenseSums<N>& sums) const {
        for (Index b = row.first_block(); b < row.last_block(); ++b) {
            const Index first = row.first_entry(b), entries = row.end_entry(b) - first;
            const Index start = first * size;
            const DenseRun<N> run{row.powers_of(b),
                                  in_numbers(z + start, entries, z_),
                                  in_numbers(t + start, entries, t_),
                                  first_ + first,
                                  entries,
                                  work_.job.loss_parameters};
            const Vector shift = row.shift(b);
            if (__builtin_expect(shift[0] == 1, true)) {
                evaluate_block(run, rows, sums);
                continue;
            }
            DenseRows<N> of_block = rows;
            of_block.inverse *= shift;
            of_block.half /= shift;
            for (Index h = 0; h < N::halves; ++h) {
                of_block.inverses[h] *= N::half(shift, h);
                of_block.inverse_low[h] *= N::half(shift, h);
            }
            evaluate_block(run, of_block, sums);
        }
    }

    const Number* in_numbers(const char* from, Index entries, Number* to) const {
        if constexpr (copies) {
            Index i = 0;
            for (; i + count <= entries; i += count, from += count * size) {
                store_unaligned(to + i, N::template load<T>(from));
            }
            store_unaligned(to + i, N::template load_some<T>(from, entries - i));
            return to;
        } else {
            return reinterpret_cast<const Number*>(from);
        }
    }

    // Of so many entries. Whole vectors where they lie; beyond the last one, copies.
    void evaluate_block(DenseRun<N> run, const DenseRows<N>& rows, DenseSums<N>& sums) const {
        const Index left = run.count % count, last = run.count - left;
        run.count /= count;
        work_.template dense_in<N>().evaluate(run, rows, sums);
        if (left == 0) return;
        const auto copy = [&](const Number* from) {
            return N::template load_some<Number>(reinterpret_cast<const char*>(from + last), left);
        };
        const Vector last_e = copy(run.powers), last_z = copy(run.z), last_t = copy(run.t);
        run = {reinterpret_cast<const Number*>(&last_e),
               reinterpret_cast<const Number*>(&last_z),
               reinterpret_cast<const Number*>(&last_t),
               run.first + last,
               1,
               run.parameters};
        work_.template dense_in<N>().evaluate(run, rows, sums);
    }

    const SoftmaxWork& work_;
    Number* first_;
    Number *z_, *t_;  // a block of each, if they are of 16 bits
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
