// A long row of float32 with a target an entry and a loss in which all entries of the row meet
// (stages/whole_rows.hpp).
#pragma once

#include <initializer_list>

#include "dense_rows.hpp"
#include "long_row_output.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// What brings powers near 1, so that their squares are numbers.
inline constexpr double unit_of_powers = 1.0 / (1ull << 32) / (1ull << 32);
static_assert(PowerConstants<Singles>::raised == 64);

// The sums, and between which limits the targets are.
inline PowerSums sums_of_powers(const LongRow<Singles, float>& row, const char* targets,
                                const RowTotals<Singles>& totals, DenseSums<Singles>& limits) {
    const WideFloat most = totals.largest, unit = all_of<Singles>(unit_of_powers);
    WideFloat tops = {}, top_targets = {}, lowest = {}, highest = {};
    double sums[4];
    row.add_up(
        [&](WideFloat e, Index i, WideFloat(&terms)[4]) __attribute__((always_inline)) {
            const WideFloat t = row.numbers(targets, i);
            const auto is_top = e == most;
            const WideFloat other = is_top ? WideFloat{} : e * unit;
            tops += is_top ? wide(1.0f) : WideFloat{};
            top_targets += is_top ? t : WideFloat{};
            lowest = smallest(t, lowest);
            highest = largest(t, highest);
            terms[0] = other * other;
            terms[1] = other * t;
            terms[2] = is_top ? WideFloat{} : t;
            terms[3] = t * t;
        },
        sums);
    limits.least = lowest;
    limits.most = highest;
    const auto across = [](WideFloat x) { return lane_sum(lower_half(x) + upper_half(x)); };
    return {sums[0],
            sums[1],
            sums[2],
            sums[3],
            unit_of_powers * totals.rest[0][0],
            unit_of_powers * Singles::half(most, 0)[0],
            across(tops),
            across(top_targets)};
}

// False if the chain has to look at the row.
template <bool is_plain>
bool write_whole_row(const SoftmaxWork& work, Index r, const LongRow<Singles, float>& row) {
    const Job& job = work.job;
    const double weight = work.weight_of(r, 0.0);
    const char* targets = job.target.at.row(r);
    const RowTotals<Singles> totals = row.totals<is_plain>();
    DenseSums<Singles> limits;
    const PowerSums sums = sums_of_powers(row, targets, totals, limits);
    // Squares of others are no float32 numbers.
    if (!(sums.top > 0x1p-40 && sums.top < 0x1p40 && sums.rest < 0x1p40)) return false;
    PowerSlopes slopes;
    if (!are_within_limits(job, limits) || !work.whole_row(sums, job.loss_parameters, slopes)) {
        return false;
    }
    const double slope = weight * work.slope;
    bool is_plain_row = slope != 0.0 && __builtin_fabs(slopes.value) < infinity;
    for (const double x : {1.0, slopes.by_power, slopes.by_target, slopes.constant}) {
        const double size = __builtin_fabs(slope * x);
        is_plain_row &= x == 0.0 || (size > 0x1p-60 && size < 0x1p40);
    }
    if (!is_plain_row) return false;
    if (job.values) store_row_number(job.values, r, weight * slopes.value);
    if (!job.output) return true;
    const auto factor = [&](double x) { return all_of<Singles>(slope * x); };
    const WideFloat unit = all_of<Singles>(unit_of_powers), first = factor(slopes.by_power);
    const WideFloat second = factor(slopes.by_target), third = factor(slopes.constant);
    const WideFloat at_top = all_of<Singles>(slope * slopes.at_top);
    const WideFloat top = sums.tops == 1.0 ? totals.largest : all_of<Singles>(infinity);
    const LongRowOutput<Singles, float> output(job, row);
    output.write(job.output.at.row(r), -1, 0.0, [&](WideFloat shift) {
        const bool shifts = shift[0] != 1;
        return [=, &row](WideFloat e, Index i) __attribute__((always_inline)) {
            if (__builtin_expect(shifts, false)) e *= shift;
            const WideFloat t = row.numbers(targets, i);
            const WideFloat near = e * unit;
            const WideFloat inner = multiply_add(first, near, multiply_add(second, t, third));
            return e == top ? at_top : near * inner;
        };
    });
    return true;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
