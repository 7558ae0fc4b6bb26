// Losses that are sums over entries, for float32 without gaps: the walk over blocks of entries and
// the sums of rows, which loops over what becomes of an entry share.
#pragma once

#include "../arithmetic/numbers.hpp"
#include "../arithmetic/streaming.hpp"
#include "chain.hpp"
#include "store.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// So many entries at a time: some whole rows, or a piece of one.
inline constexpr Index entries_of_block = 2048;
inline constexpr Index packs_of_block = entries_of_block / wide_lanes;

inline Index entry_rows_at_a_time(const Job& job) {
    const Index fitting = entries_of_block / job.classes;
    return fitting < 1 ? 1 : fitting;
}

// Whether nothing is weighed or left out.
inline bool counts_all_alike(const Job& job) {
    return !job.keep && !job.row_weight && job.smoothing == 0.0 && job.heads_weight == 1.0 &&
           job.tails_weight == 1.0;
}
// Whether each entry has a target, too.
inline bool is_bare(const Job& job) { return !job.has_labels && counts_all_alike(job); }

// Whether it is, and logits, targets and results lie in runs of float32.
inline bool serves_entry_rows(const Job& job) {
    if (!is_bare(job)) return false;
    const auto fits = [&](const Entries& to) {
        return !to || (in_one_run(to, job) && to.at.data != job.logits.at.data);
    };
    return in_one_run(job.logits, job) && in_one_run(job.target, job) && fits(job.output) &&
           fits(job.second_output);
}

// Some entries that follow each other in memory.
struct EntryBlock {
    const float* z;
    const float* t;
    char* gradient;  // null where it is not wanted, as the next
    char* hessian;
    float* values;  // to be filled; no number where the chain has to look at the row
    Index count;
    // Logits and targets of the next one, to be fetched while this one is computed: it takes longer
    // than hardware looks ahead. Of the last, its own.
    const char* next_z;
    const char* next_t;
};

class EntryRows {
public:
    EntryRows(const Job& job, Workspace& workspace)
        : job_(job), values_(reinterpret_cast<float*>(workspace.take(packs_of_block))) {}

    // Rows [begin, end): `fill` makes of a block what it says. False where a target is out of range.
    // A row whose loss is below `least` an entry is the chain's.
    template <class Fill>
    bool run(Chain& chain, Index begin, Index end, const Fill& fill, double least = 0.0) const {
        const double least_of_row = least * static_cast<double>(job_.classes);
        const Index most = entry_rows_at_a_time(job_);
        for (Index first = begin; first < end; first += most) {
            const Index rows = end - first < most ? end - first : most;
            if (job_.classes > entries_of_block) {
                double sum = 0.0;
                for (Index k = 0; k < job_.classes; k += entries_of_block) {
                    const Index left = job_.classes - k;
                    const Index count = left < entries_of_block ? left : entries_of_block;
                    if (!fill_block(fill, first, k, count, end)) return false;
                    sum += sum_of(values_, count);
                }
                if (!finish_row(chain, first, sum, least_of_row, end)) return false;
                continue;
            }
            if (!fill_block(fill, first, 0, rows * job_.classes, end)) return false;
            const bool is_whole = all_have_values(rows * job_.classes);
            if (least == 0.0 && is_whole && (!job_.values || store_values(first, rows))) continue;
            for (Index r = 0; r < rows; ++r) {
                const double sum = sum_of(values_ + r * job_.classes, job_.classes);
                if (!finish_row(chain, first + r, sum, least_of_row, end)) return false;
            }
        }
        finish_streams();
        return true;
    }

private:
    template <class Fill>
    bool fill_block(const Fill& fill, Index row, Index entry, Index count, Index end) const {
        const auto at = [&](const Entries& entries) -> char* {
            if (!entries) return nullptr;
            return entries.at.row(row) + entry * static_cast<Index>(sizeof(float));
        };
        const Index left = (end - row) * job_.classes - entry - count;
        const Index ahead = left < count ? 0 : count * static_cast<Index>(sizeof(float));
        const EntryBlock block{reinterpret_cast<const float*>(at(job_.logits)),
                               reinterpret_cast<const float*>(at(job_.target)),
                               at(job_.output),
                               at(job_.second_output),
                               values_,
                               count,
                               at(job_.logits) + ahead,
                               at(job_.target) + ahead};
        if (!targets_fit(block)) return false;
        fill(block);
        return true;
    }

    // Whether the targets lie within the limits of the job. NaN lets pass. A loop of its own leaves
    // the next one its registers.
    bool targets_fit(const EntryBlock& block) const {
        if (!job_.checks_target) return true;
        const WideFloat low = wide(static_cast<float>(job_.lowest_target));
        const WideFloat high = wide(static_cast<float>(job_.highest_target));
        WideFloat least[4] = {low, low, low, low}, most[4] = {high, high, high, high};
        constexpr Index at_once = 4 * wide_lanes;
        Index e = 0;
        for (; e + at_once <= block.count; e += at_once) {
            for (int i = 0; i < 4; ++i) {
                const auto x = load_unaligned<WideFloat>(block.t + e + i * wide_lanes);
                least[i] = smallest(x, least[i]);
                most[i] = largest(x, most[i]);
            }
        }
        bool fit = true;
        for (int i = 0; i < 4; ++i) fit &= !any((least[i] < low) | (most[i] > high));
        for (; e < block.count; ++e) fit &= !(block.t[e] < low[0] || block.t[e] > high[0]);
        return fit;
    }

    // The loss of a row, or what the chain makes of it where there is none.
    bool finish_row(Chain& chain, Index row, double sum, double least, Index end) const {
        if (!(__builtin_fabs(sum) < infinity) || (least > 0.0 && sum < least))
            return chain.run_all({row, 1, end});
        if (job_.values) store_row_number(job_.values, row, job_.scale * sum);
        return true;
    }

    static double sum_of(const float* values, Index count) {
        double sum = 0.0;
        Index k = 0;
        if (count >= wide_lanes) {
            LongSum<Singles> vectors;
            for (; k + wide_lanes <= count; k += wide_lanes) {
                vectors.add(load_unaligned<WideFloat>(values + k));
            }
            sum = lane_sum(vectors.half(0).high + vectors.half(1).high);
        }
        for (; k < count; ++k) sum += static_cast<double>(values[k]);
        return sum;
    }

    bool all_have_values(Index count) const {
        // Nothing but 0 is left of a number times 0.
        WideFloat nothing = {};
        Index e = 0;
        for (; e + wide_lanes <= count; e += wide_lanes) {
            nothing += 0.0f * load_unaligned<WideFloat>(values_ + e);
        }
        for (; e < count; ++e) nothing[0] += 0.0f * values_[e];
        return !any(nothing != nothing);
    }

    // The values of rows of one entry, where they are kept without gaps; false where they are not.
    bool store_values(Index first, Index rows) const {
        constexpr Index size = sizeof(float);
        if (job_.classes != 1 || job_.values.storage != Storage::float32 ||
            job_.values.at.row_stride() != size) {
            return false;
        }
        char* to = job_.values.at.row(first);
        for (Index r = 0; r < rows; ++r) {
            store_one<float>(to + r * size, job_.scale * static_cast<double>(values_[r]));
        }
        return true;
    }

    const Job& job_;
    float* values_;
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
