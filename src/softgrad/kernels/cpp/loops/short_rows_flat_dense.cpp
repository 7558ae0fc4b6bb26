// The same with a target an entry, of losses that have formulas in float32 (stages/dense_loop.hpp).
#include <initializer_list>

#include "dense_rows.hpp"
#include "flat_results.hpp"
#include "short_rows_flat.hpp"
#include "short_rows_tile.hpp"
#include "short_rows_values.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace {

class FlatDense {
    using N = Singles;

public:
    FlatDense(const SoftmaxWork& work, Chain& chain, Workspace& workspace)
        : work_(work), chain_(chain), flat_(work, workspace), results_(work.job, workspace) {
        const Index classes = work.job.classes;
        for (float** array : {&copy_, &first_, &terms_.value, &terms_.other, &terms_.large}) {
            *array = reinterpret_cast<float*>(workspace.take(classes));
        }
    }
    static Index packs(const Job& job) {
        return FlatRows::packs(job) + FlatResults::packs(job) + 5 * job.classes;
    }

    // False where a target is out of range.
    bool run(Index first, Index rows, Index end) {
        any_odd_ = false;
        for (Index s = 0; s * N::count < rows; ++s) {
            const Index left = rows - s * N::count, count = left < N::count ? left : N::count;
            if (!finish(first + s * N::count, count, s)) return false;
        }
        const bool* left_out = any_odd_ ? is_odd_ : nullptr;
        if (work_.job.values) {
            store_values_of<N>(work_.job.values, first, rows, left_out,
                               [&](Index s) -> auto& { return values_[s].half; });
        }
        return !any_odd_ || run_odd_rows(first, rows, end);
    }

    void finish_results() { results_.finish(); }

private:
    bool finish(Index first, Index count, Index s) {
        flat_.load(first, count);
        const WideMask too_far = flat_.shares_power() ? WideMask{} : flat_.is_too_far();
        const DenseRows<N> rows = dense_rows<N>(work_, flat_.totals_and_top(), 1.0);
        const FlatEntries at = flat_.entries();
        const float* targets = targets_of(first, count);
        const DenseRun<N> run{at.powers, at.logits,  targets,
                              first_,    at.vectors, work_.job.loss_parameters};
        DenseSums<N> limits;
        work_.dense->of_each(run, rows, at.rows, terms_, limits);
        if (!are_within_limits(work_.job, limits)) return false;

        const DenseFactors<N> factors(work_, rows, sum(terms_.value), sum(terms_.other),
                                      limits.any_large ? sum(terms_.large) : InHalves<N>{},
                                      weights(first, count));
        values_[s] = {{factors.value[0], factors.value[1]}};
        const bool* left_out = odd_rows(s, count, too_far, factors);
        if (!results_.are_wanted()) return true;
        const float* slopes = work_.dense->first_is_target ? targets : first_;
        results_.put<false>(
            at, {first, count, left_out},
            [at, factors, slopes](Index i, const RowOfEntry& row,
                                  WideFloat) __attribute__((always_inline)) {
                const auto slope = load_unaligned<WideFloat>(slopes + i * wide_lanes);
                return FlatResults::OfEntries{factors.picked(row)(at.power(i), slope), WideFloat{}};
            });
        return true;
    }

    InHalves<N> sum(const float* terms) const {
        InHalves<N> found;
        const RowSum::Exact sums = RowTree<RowSum>::of(terms, work_.job.classes);
        for (Index h = 0; h < 2; ++h) {
            found.half[h] = N::half(sums.sum, h) + N::half(sums.error, h);
        }
        return found;
    }

    InHalves<N> weights(Index first, Index count) const {
        InHalves<N> found = in_all_halves<N>(work_.job.scale);
        for (Index r = 0; work_.job.row_weight && r < N::count; ++r) {
            const Index row = first + (r < count ? r : count - 1);
            found.half[r / lanes][r % lanes] = work_.weight_of(row, 0.0);
        }
        return found;
    }

    const float* targets_of(Index first, Index count) const {
        const char* at = work_.job.target.at.row(first);
        if (count == N::count) return reinterpret_cast<const float*>(at);
        const Index classes = work_.job.classes;
        std::memset(copy_, 0, static_cast<std::size_t>(classes) * sizeof(WideFloat));
        std::memcpy(copy_, at, static_cast<std::size_t>(count * classes) * sizeof(float));
        return copy_;
    }

    // One flag for each row of a strand, if the chain has to look at some.
    const bool* odd_rows(Index s, Index count, WideMask too_far, const DenseFactors<N>& factors) {
        const bool any_here = any(too_far) || any(factors.is_odd[0] | factors.is_odd[1]);
        if (__builtin_expect(!any_here, true)) return nullptr;
        if (!any_odd_) std::memset(is_odd_, 0, sizeof is_odd_);
        bool found = false;
        for (Index l = 0; l < count; ++l) {
            const bool is_odd = too_far[l] || factors.is_odd[l / lanes][l % lanes];
            is_odd_[s * N::count + l] = is_odd;
            found |= is_odd;
        }
        any_odd_ |= found;
        return found ? is_odd_ + s * N::count : nullptr;
    }

    // As many that follow each other as there are: one at a time takes the chain several times as long.
    bool run_odd_rows(Index first, Index rows, Index end) {
        results_.finish();
        bool valid = true;
        for (Index r = 0, after; valid && r < rows; r = after + 1) {
            for (after = r; after < rows && is_odd_[after];) ++after;
            if (after > r) valid = chain_.run_all({first + r, after - r, end});
        }
        return valid;
    }

    const SoftmaxWork& work_;
    Chain& chain_;
    FlatRows flat_;
    FlatResults results_;
    float *copy_, *first_;
    DenseTerms terms_;
    bool any_odd_ = false;
    bool is_odd_[ShortRowsTile<N>::most_rows];
    InHalves<N> values_[ShortRowsTile<N>::most_strands];
};

}  // namespace

bool serves_flat_dense(const SoftmaxWork& work) {
    return work.dense && work.dense->of_each && serves_short_rows_flat(work.job);
}

Index packs_of_flat_dense(const Job& job) { return FlatDense::packs(job); }

bool run_flat_dense(const SoftmaxWork& work, Chain& chain, Index begin, Index end) {
    return run_in_groups<FlatDense>(work, chain, begin, end);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
