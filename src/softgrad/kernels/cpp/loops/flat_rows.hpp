// Short rows of float32 one after the other, as many as a register has lanes, without turning them:
// exponentials and results are made of the numbers as they lie in memory, all lanes full. Only sums
// over rows cross lanes, and what they come to goes back to the lanes of each row's entries.
#pragma once

#include "../stages/workspace.hpp"
#include "short_rows_powers.hpp"
#include "short_rows_tile.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Takes from a vector of rows, one a lane, the row of each entry.
struct RowOfEntry {
    WideBits lane;
    SOFTGRAD_INLINE WideFloat operator()(WideFloat rows) const { return picked(rows, lane); }
};

// The entries as they lie, a vector at a time: kept by value, so that loops know what stays.
struct FlatEntries {
    Index vectors;
    const WideBits* rows;
    float* powers;
    const float* logits;
    float* aside;

    SOFTGRAD_INLINE RowOfEntry row_of(Index i) const { return {rows[i]}; }
    SOFTGRAD_INLINE WideFloat power(Index i) const {
        return load_unaligned<WideFloat>(powers + i * wide_lanes);
    }
    SOFTGRAD_INLINE void put_power(Index i, WideFloat x) const {
        store_unaligned(powers + i * wide_lanes, x);
    }
    // Other numbers, which are to be summed over rows.
    SOFTGRAD_INLINE void put_aside(Index i, WideFloat x) const {
        store_unaligned(aside + i * wide_lanes, x);
    }
};

class FlatRows {
public:
    FlatRows(const SoftmaxWork& work, Workspace& workspace)
        : work_(work),
          power_(work.inverse),
          classes_(work.job.classes),
          rows_(reinterpret_cast<WideBits*>(workspace.take(classes_))),
          powers_(reinterpret_cast<float*>(workspace.take(classes_))),
          copy_(reinterpret_cast<float*>(workspace.take(classes_))),
          aside_(reinterpret_cast<float*>(workspace.take(classes_))) {
        number_rows();
    }
    static Index packs(const Job& job) { return 4 * job.classes; }

    // Their powers and totals. All rows share one power of two, if no row's sum is too small or too
    // large for it; else each takes its own, which changes nothing else.
    SOFTGRAD_INLINE void load(Index first, Index count) {
        find_logits(first, count);
        raise([power = power_](WideFloat z, Index)
                  __attribute__((always_inline)) { return power.of_near(z); });
        const WideFloat ghost = wide(static_cast<float>(work_.ghost));
        find_totals(work_.ghost > -infinity ? power_.of_near(ghost) : WideFloat{});
        shares_power_ = !any(~((sum_ >= lowest_sum) & (sum_ <= highest_sum)));
        if (__builtin_expect(!shares_power_, false)) load_far();
    }

    // Of which rows, if any, the chain has to look at: as TablePowers::is_too_far.
    bool shares_power() const { return shares_power_; }
    WideMask is_too_far() const { return TablePowers::is_too_far(totals_.top, work_.inverse); }

    const RowTotals<Singles>& totals() const { return totals_; }
    // The same with the largest logits, which totals() may lack.
    SOFTGRAD_INLINE const RowTotals<Singles>& totals_and_top() {
        if (shares_power_) find_top();
        return totals_;
    }

    FlatEntries entries() const { return {classes_, rows_, powers_, logits_, aside_}; }

    // Of what was put aside of each entry.
    SOFTGRAD_INLINE void sum_aside(Pack* sums) const {
        const RowSum::Exact sum = RowTree<RowSum>::of(aside_, classes_);
        for (Index h = 0; h < 2; ++h) {
            sums[h] = Singles::half(sum.sum, h) + Singles::half(sum.error, h);
        }
    }
    const float* powers() const { return powers_; }
    const float* logits() const { return logits_; }

private:
    // What is in these limits leaves room for a power and a slope of 2^40, and for p > 2^-149.
    static constexpr float lowest_sum = 0x1p44f, highest_sum = 0x1p84f;

    void number_rows() {
        for (Index i = 0, row = 0, k = 0; i < classes_ * wide_lanes; ++i) {
            reinterpret_cast<std::uint32_t*>(rows_)[i] = static_cast<std::uint32_t>(row);
            if (++k == classes_) ++row, k = 0;
        }
    }

    // Where they lie, or as a copy where rows are missing, or softmin's have the other sign.
    SOFTGRAD_INLINE void find_logits(Index first, Index count) {
        const char* at = work_.job.logits.at.row(first);
        logits_ = reinterpret_cast<const float*>(at);
        if (__builtin_expect(count == wide_lanes && !work_.negates, true)) return;
        std::memset(copy_, 0, static_cast<std::size_t>(classes_) * sizeof(WideFloat));
        std::memcpy(copy_, at, static_cast<std::size_t>(count * classes_) * sizeof(float));
        for (Index i = 0; work_.negates && i < classes_ * wide_lanes; ++i) copy_[i] = -copy_[i];
        logits_ = copy_;
    }

    template <class Power>
    SOFTGRAD_INLINE void raise(const Power& power) const {
        const FlatEntries at = entries();
        for (Index i = 0; i < at.vectors; ++i) {
            const auto z = load_unaligned<WideFloat>(at.logits + i * wide_lanes);
            at.put_power(i, power(z, i));
        }
    }

    SOFTGRAD_INLINE void find_totals(WideFloat ghost) {
        const auto sums = RowTree<RowLargest>::of(powers_, classes_);
        totals_ = totals_of(work_, totals_.top, sums, ghost);
        sum_ = (sums.most + sums.rest) + ghost;
    }
    SOFTGRAD_INLINE void find_top() {
        const WideFloat top = RowTree<RowMost>::of(logits_, classes_).most;
        totals_.top = largest(top, wide(static_cast<float>(work_.ghost)));
    }

    void load_far() {
        find_top();
        const WideFloat raised = power_.raised_at(totals_.top);
        const FlatEntries at = entries();
        raise([power = power_, at, raised](WideFloat z, Index i)
                  __attribute__((always_inline)) { return power(z, at.row_of(i)(raised)); });
        find_totals(power_(wide(static_cast<float>(work_.ghost)), raised));
    }

    const SoftmaxWork& work_;
    TablePowers power_;
    Index classes_;
    WideBits* rows_;
    float *powers_, *copy_, *aside_;
    const float* logits_ = nullptr;
    RowTotals<Singles> totals_{};
    WideFloat sum_{};
    bool shares_power_ = true;
};

// Rows [begin, end) by `Rows`, which takes so many at a time. False where a label or a target is out of
// range.
template <class Rows>
bool run_in_groups(const SoftmaxWork& work, Chain& chain, Index begin, Index end) {
    Rows rows(work, chain, Workspace::of_this_thread());
    const Index most = ShortRowsTile<Singles>::most_rows;
    for (Index first = begin; first < end; first += most) {
        if (!rows.run(first, end - first < most ? end - first : most, end)) return false;
    }
    rows.finish_results();
    finish_streams();
    return true;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
