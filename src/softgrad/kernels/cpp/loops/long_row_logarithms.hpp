// Log-softmax alone, of a long row of float32: the logarithms, and the product of a row with their
// derivatives.
#pragma once

#include "long_row_output.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Of a job that loops over softmax's powers serve.
inline bool gives_logarithms(const Job& job) {
    if (job.work != Work::forward && job.work != Work::pullback) return false;
    return activations_of_rows[job.activation - activations_by_entry.count].gives_logarithms;
}

// (z - top) / T - log(sum / e_top), two terms of one sign, added in doubles and rounded once.
template <bool is_plain>
void write_logarithms(const SoftmaxWork& work, Index r, const LongRow<Singles, float>& row) {
    const RowTotals<Singles> totals = row.totals<is_plain>();
    const Pack top = Singles::half(totals.top, 0), slope = splat(work.slope);
    const Pack minus_log_total =
        -brief_log_one_plus(totals.rest[0] / Singles::half(totals.largest, 0));
    const char* z = work.job.logits.at.row(r);
    const LongRowOutput<Singles, float> output(work.job, row);
    output.write(work.job.output.at.row(r), -1, 0.0, [&](WideFloat) {
        return [=, &row](WideFloat, Index i) __attribute__((always_inline)) {
            const WideFloat x = row.numbers(z, i);
            Pack found[2];
            for (Index h = 0; h < 2; ++h) {
                found[h] = multiply_add(Singles::half(x, h) - top, slope, minus_log_total);
            }
            return Singles::of(found);
        };
    });
}

// (g - p sum g) / T, which at an entry of p > 1/2 is (1 - p) g - p times the sum of all others. False
// if the chain has to look at the row: from an entry of -inf, which cannot occur, no cotangent flows.
template <bool is_plain>
bool write_pullback_of_logarithms(const SoftmaxWork& work, Index r,
                                  const LongRow<Singles, float>& row) {
    const Job& job = work.job;
    const RowTotals<Singles> totals = row.totals<is_plain>();
    const double most = Singles::half(totals.largest, 0)[0], rest = totals.rest[0][0];
    const double total = rest + most;
    const Index likeliest = row.likeliest<is_plain>();
    const WideFloat left_out = likeliest < 0 ? all_of<Singles>(infinity) : totals.largest;
    const char *z = job.logits.at.row(r), *g = job.cotangent.at.row(r);
    WideFloat lowest = {};
    const double others = row.sum_of([&](WideFloat e, Index i) __attribute__((always_inline)) {
        lowest = smallest(row.numbers(z, i), lowest);
        return e < left_out ? row.numbers(g, i) : WideFloat{};
    });
    if (any(lowest == all_of<Singles>(-infinity))) return false;
    double own = 0.0, at_likeliest = 0.0;
    if (likeliest >= 0) {
        own = load_one<float>(g + likeliest * static_cast<Index>(sizeof(float)));
        at_likeliest = work.slope * (own * (rest / total) - others * (most / total));
    }
    const double factor = work.slope * (own + others);
    constexpr double too_large = 0x1p60;
    if (!(__builtin_fabs(factor) < too_large && work.slope < too_large)) return false;
    const Pack inverses[2] = {splat(1.0 / total), splat(1.0 / total)};
    const Pack factors[2] = {splat(factor), splat(factor)};
    const WideFloat slope = wide(static_cast<float>(work.slope));
    const LongRowOutput<Singles, float> output(job, row);
    output.write(job.output.at.row(r), likeliest, at_likeliest, [&](WideFloat shift) {
        const Scale<Singles> scale(inverses, factors, shift);
        return [=, &row](WideFloat e, Index i) __attribute__((always_inline)) {
            return multiply_add(slope, row.numbers(g, i), -scale(e));
        };
    });
    return true;
}

inline bool run_logarithms(const SoftmaxWork& work, Chain& chain, Index begin, Index end) {
    const auto run = [&](auto is_plain) {
        return run_long_rows_as<Singles, float, is_plain.value, true>(
            work, chain, begin, end, [&](Index r, const auto& row, auto plain) {
                if (work.job.work == Work::pullback) {
                    return write_pullback_of_logarithms<plain.value>(work, r, row);
                }
                write_logarithms<plain.value>(work, r, row);
                return true;
            });
    };
    return work.is_one ? run(std::true_type{}) : run(std::false_type{});
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
