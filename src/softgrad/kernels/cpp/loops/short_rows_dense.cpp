#include "short_rows_dense.hpp"

#include "../arithmetic/streaming.hpp"
#include "dense_rows.hpp"
#include "short_rows_powers.hpp"
#include "short_rows_tile.hpp"
#include "short_rows_values.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace {

template <class N>
class ShortRowsDense {
    using Vector = typename N::Vector;
    using Number = typename N::Number;
    using Tile = ShortRowsTile<N>;

public:
    ShortRowsDense(const SoftmaxWork& work, Tile& tile, Chain& chain)
        : work_(work), tile_(tile), chain_(chain) {}

    // As many rows as a tile holds, or fewer; false where a target is out of range.
    template <bool is_one>
    bool run(Index first, Index rows, Index end) {
        const Index strands = (rows + N::count - 1) / N::count;
        tile_.load(first, rows, end);
        tile_.load_targets(first, rows, end);
        tile_.fetch_edges(first, rows);
        odd_rows_ = 0;
        for (Index s = 0; s < strands; ++s) {
            tile_.fetch(first, rows, s);
            if (!finish<is_one>(first, rows, s)) return false;
        }
        // One row at a time takes the chain several times as long as many.
        if (odd_rows_ > rows / 8) return chain_.run_all({first, rows, end});
        const bool* left_out = odd_rows_ ? is_odd_ : nullptr;
        tile_.store(first, rows, left_out);
        if (work_.job.values) {
            store_values_of<N>(work_.job.values, first, rows, left_out,
                               [&](Index s) -> auto& { return value_[s].half; });
        }
        if (left_out) tile_.finish();
        bool valid = true;
        for (Index r = 0; left_out && valid && r < rows; ++r) {
            if (left_out[r]) valid = chain_.run_all({first + r, 1, end});
        }
        return valid;
    }

private:
    // From logits and targets to the gradient, in the place of the logits.
    template <bool is_one>
    bool finish(Index first, Index rows, Index s) {
        const Index classes = work_.job.classes;
        Vector *z = tile_.entries(s), *e = tile_.bends(s), *t = tile_.targets(s);
        const Vector top = tile_.top(s);
        auto odd = ShortPowers<N, is_one>::is_too_far(top, work_.inverse);
        const ShortPowers<N, is_one> power(top, work_.inverse);
        const RowTotals<N> totals = raise_strand<N>(work_, power, top, z, e);
        const DenseRows<N> rows_of = dense_rows<N>(work_, totals, 1.0);
        const bool first_is_target = work_.dense_form().first_is_target;
        const auto numbers = [](const Vector* x) { return reinterpret_cast<const Number*>(x); };
        const DenseStagesIn<N>& stages = work_.template dense_in<N>();
        const DenseRun<N> run{numbers(e), numbers(z),
                              numbers(t), reinterpret_cast<Number*>(z),
                              classes,    work_.job.loss_parameters};
        DenseSums<N> sums;
        InHalves<N> value, others, large, weight;
        // (As of_each's caller for rows in the order of memory, so that memory changes no bit.)
        bool is_summed = false;
        if constexpr (has_table<N>) {
            if (stages.of_each && classes <= longest_short_row) {
                const DenseTerms terms{terms_[0], terms_[1], terms_[2]};
                stages.of_each(run, rows_of, nullptr, terms, sums);
                value = sum(terms.value);
                others = sum(terms.other);
                if (sums.any_large) large = sum(terms.large);
                is_summed = true;
            }
        }
        if (!is_summed) {
            stages.evaluate(run, rows_of, sums);
            for (Index h = 0; h < N::halves; ++h) {
                value.half[h] = sums.value.half(h).high;
                others.half[h] = sums.others.half(h).high;
                large.half[h] = N::half(sums.large, h);
            }
        }
        if (!are_within_limits(work_.job, sums)) return false;
        for (Index h = 0; h < N::halves; ++h) weight.half[h] = weights(first, rows, s, h);
        const DenseFactors<N> factors(work_, rows_of, value, others, large, weight);
        const Vector* const slopes = first_is_target ? t : z;
        for (Index k = 0; work_.job.output && k < classes; ++k) z[k] = factors(e[k], slopes[k]);
        for (Index h = 0; h < N::halves; ++h) value_[s].half[h] = factors.value[h];
        mark(s, rows, odd, factors);
        return true;
    }

    InHalves<N> sum(const float* terms) const {
        InHalves<N> found;
        sum_strand<N>(work_.job.classes, found.half,
                      [&](Index k) { return load_unaligned<WideFloat>(terms + k * wide_lanes); });
        return found;
    }

    Pack weights(Index first, Index rows, Index s, Index h) const {
        Pack found = splat(work_.job.scale);
        for (Index l = 0; work_.job.row_weight && l < lanes; ++l) {
            const Index r = s * N::count + h * lanes + l;
            found[l] = work_.weight_of(first + (r < rows ? r : rows - 1), 0.0);
        }
        return found;
    }

    // The rows of a strand that the chain has to look at.
    template <class Odd>
    void mark(Index s, Index rows, Odd odd, const DenseFactors<N>& factors) {
        bool any_here = any(odd);
        for (Index h = 0; h < N::halves; ++h) any_here |= any(factors.is_odd[h]);
        if (__builtin_expect(!any_here, true)) {
            if (!odd_rows_) return;
        } else if (!odd_rows_) {
            std::memset(is_odd_, 0, sizeof is_odd_);
        }
        for (Index l = 0; l < N::count && s * N::count + l < rows; ++l) {
            const bool is_odd = odd[l] || factors.is_odd[l / lanes][l % lanes];
            is_odd_[s * N::count + l] = is_odd;
            odd_rows_ += is_odd;
        }
    }

    const SoftmaxWork& work_;
    Tile& tile_;
    Chain& chain_;
    Index odd_rows_ = 0;
    bool is_odd_[Tile::most_rows];
    InHalves<N> value_[Tile::most_strands];
    alignas(WideFloat) float terms_[3][has_table<N> ? longest_short_row * wide_lanes : 1];
};

}  // namespace

template <class N>
static bool run_in(const SoftmaxWork& work, Chain& chain, Index begin, Index end) {
    using Tile = ShortRowsTile<N>;
    Tile tile(work.job, work.negates, Workspace::of_this_thread());
    ShortRowsDense<N> rows(work, tile, chain);
    const Index most = Tile::rows_at_a_time(work.job);
    for (Index first = begin; first < end; first += most) {
        const Index count = end - first < most ? end - first : most;
        const bool valid = work.is_one ? rows.template run<true>(first, count, end)
                                       : rows.template run<false>(first, count, end);
        if (!valid) return false;
    }
    tile.finish();
    finish_streams();
    return true;
}

bool run_short_rows_dense(const SoftmaxWork& work, Chain& chain, Index begin, Index end) {
    return work.dense ? run_in<Singles>(work, chain, begin, end)
                      : run_in<Doubles>(work, chain, begin, end);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
