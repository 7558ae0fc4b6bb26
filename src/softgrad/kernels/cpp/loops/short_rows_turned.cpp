#include "short_rows_turned.hpp"

#include "../arithmetic/streaming.hpp"
#include "short_rows_dense.hpp"
#include "short_rows_factors.hpp"
#include "short_rows_flat.hpp"
#include "short_rows_labels.hpp"
#include "short_rows_powers.hpp"
#include "short_rows_values.hpp"
#include "softmax_squares.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace {

template <class N>
class ShortRows {
    using Vector = typename N::Vector;
    using Tile = ShortRowsTile<N>;

public:
    ShortRows(const SoftmaxWork& work, Tile& tile, Chain& chain)
        : work_(work), tile_(tile), chain_(chain), rows_(work), classes_(work.job.classes) {}

    // As many rows as a tile holds, or fewer; false where a label is out of range.
    template <bool is_one>
    bool run(Index first, Index rows, Index end) {
        rows_.start();
        const Index strands = (rows + N::count - 1) / N::count;
        tile_.load(first, rows, end);
        tile_.fetch_edges(first, rows);
        for (Index s = 0; s < strands; ++s) {
            row_[s].top = largest(tile_.top(s), all_of<N>(work_.ghost));
            rows_.leave_out(s, ShortPowers<N, is_one>::is_too_far(row_[s].top, work_.inverse));
        }
        const bool is_loss = work_.job.work == Work::loss;
        if (is_loss) rows_.load(first, rows);
        if (is_loss && !work_.is_plain) rows_.find_logits(tile_, strands);
        for (Index s = 0; s < strands; ++s) {
            tile_.fetch(first, rows, s);
            is_loss ? raise<is_one>(s) : soften<is_one>(s);
        }
        if (is_loss) finish_all(strands);
        tile_.store(first, rows, rows_.left_out());
        if (work_.job.values) {
            store_values_of<N>(work_.job.values, first, rows, rows_.left_out(),
                               [&](Index s) -> auto& { return factors_[s].value; });
        }
        if (rows_.left_out()) tile_.finish();
        return rows_.each_left_out(rows,
                                   [&](Index r) { return chain_.run_all({first + r, 1, end}); });
    }

private:
    void finish_all(Index strands) {
        if (is_simple()) {
            for (Index s = 0; s < strands; ++s) finish_linear(s);
            return;
        }
        for (Index s = 0; s < strands; ++s) work_.squares ? finish_squares(s) : find_factors_of(s);
        const bool finishes = !work_.squares && (work_.job.output || work_.job.second_output);
        for (Index s = 0; finishes && s < strands; ++s) finish(s);
    }

    // Cross-entropy where float32 has a table; else where neither values nor weights are asked for.
    bool is_simple() const {
        return work_.is_plain || (has_table<N> && work_.is_linear && !work_.squares);
    }
    void finish_linear(Index s) {
        Pack weights[N::halves];
        for (Index h = 0; h < N::halves; ++h) weights[h] = rows_.weight(s, h);
        if constexpr (has_table<N>) {
            if (work_.job.values) {
                find_linear_values(row_[s], power_[s], weights, factors_[s].value, [&] {
                    RowFactors<N> found;
                    find_factors<N>(work_, row_[s], rows_.logit(s), power_[s], weights, found);
                    return found;
                });
            }
        }
        const auto factors = EntryFactors<N>::linear(work_, row_[s], power_[s], weights);
        if (__builtin_expect(!work_.is_plain && factors.is_small(), false)) {
            RowFactors<N> kept = factors_[s];
            find_factors_of(s);
            finish(s);
            for (Index h = 0; h < N::halves; ++h) factors_[s].value[h] = kept.value[h];
            return;
        }
        work_.job.second_output ? finish_entries<true>(s, factors, tile_.bends(s))
                                : finish_entries<true>(s, factors, nullptr);
    }

    template <bool is_one>
    void soften(Index s) {
        Vector* e = tile_.entries(s);
        const ShortPowers<N, is_one> power(row_[s].top, work_.inverse);
        Pair sums[N::halves];
        if (has_table<N>) {
            const RowTotals<N> row = raise_strand<N>(work_, power, row_[s].top, e, e);
            for (Index h = 0; h < N::halves; ++h) sums[h] = row.total(h);
        } else {
            const LongSum<N> sum = raise_all(power, e);
            for (Index h = 0; h < N::halves; ++h) sums[h] = sum.half(h);
        }
        const Divisor<N> by_sum(sums);
        for (Index k = 0; k < classes_; ++k) e[k] = by_sum(e[k]);
    }

    // The sum of all powers alone.
    template <class Powers>
    SOFTGRAD_INLINE LongSum<N> raise_all(const Powers& power, Vector* e) const {
        LongSum<N> sum;
        if (work_.ghost > -infinity) sum.add(power(all_of<N>(work_.ghost)));
        Index k = 0;
        for (; k + 4 <= classes_; k += 4) {
            for (Index i = 0; i < 4; ++i) e[k + i] = power(e[k + i]);
            sum.add(e[k], e[k + 1], e[k + 2], e[k + 3]);
        }
        if (k + 2 <= classes_) {
            e[k] = power(e[k]);
            e[k + 1] = power(e[k + 1]);
            sum.add(e[k] + e[k + 1]);
            k += 2;
        }
        if (k < classes_) {
            e[k] = power(e[k]);
            sum.add(e[k]);
        }
        return sum;
    }

    template <bool is_one>
    void raise(Index s) {
        Vector* e = tile_.entries(s);
        const ShortPowers<N, is_one> power(row_[s].top, work_.inverse);
        row_[s] = raise_strand<N>(work_, power, row_[s].top, e, e);
        power_[s] = work_.is_plain ? rows_.at_label(e, s) : power(rows_.logit(s));
        if (work_.is_plain) rows_.leave_out(s, power_[s] < all_of<N>(impossible_power<N>));
    }

    void find_factors_of(Index s) {
        Pack weights[N::halves];
        for (Index h = 0; h < N::halves; ++h) weights[h] = rows_.weight(s, h);
        find_factors<N>(work_, row_[s], rows_.logit(s), power_[s], weights, factors_[s]);
    }

    void finish_squares(Index s) {
        Pack weights[N::halves], inverses[N::halves], squares[N::halves];
        for (Index h = 0; h < N::halves; ++h) {
            weights[h] = rows_.weight(s, h);
            inverses[h] = 1.0 / (row_[s].rest[h] + N::half(row_[s].largest, h));
        }
        const Vector inverse = N::of(inverses);
        Vector* p = tile_.entries(s);
        sum_strand<N>(classes_, squares, [&](Index k) __attribute__((always_inline)) {
            p[k] *= inverse;
            return small_square<N>(p[k]);
        });
        const SquareFactors<N> row(work_, row_[s], inverse, power_[s], squares, weights);
        at_each(s, [&](Index k, auto here) __attribute__((always_inline)) {
            p[k] = here ? row.at_label : row.gradient(p[k]);
        });
        for (Index h = 0; h < N::halves; ++h) factors_[s].value[h] = row.value[h];
    }

    void finish(Index s) {
        const RowFactors<N>& row = factors_[s];
        Vector* bends = work_.job.second_output ? tile_.bends(s) : nullptr;
        const Scale<N> scale(row.inverse, row.slope);
        const EntryFactors<N> factors(row, scale.factor);
        if (__builtin_expect(scale.in_steps, false)) {
            finish_in_steps(s, factors, scale, bends);
        } else if (work_.is_linear) {
            finish_entries<true>(s, factors, bends);
        } else {
            finish_entries<false>(s, factors, bends);
        }
    }

    template <bool is_linear>
    SOFTGRAD_INLINE void finish_entries(Index s, const EntryFactors<N>& factors, Vector* bends) {
        Vector* e = tile_.entries(s);
        at_each(s, [&](Index k, auto here) __attribute__((always_inline)) {
            const Vector power = e[k];
            if (bends) bends[k] = factors.template bend<is_linear>(power, here);
            e[k] = factors.gradient(power, here);
        });
    }
    void finish_in_steps(Index s, const EntryFactors<N>& factors, const Scale<N>& scale,
                         Vector* bends) {
        Vector* e = tile_.entries(s);
        at_each(s, [&](Index k, auto here) __attribute__((always_inline)) {
            if (bends) {
                bends[k] = work_.is_linear ? factors.template bend<true>(e[k], here)
                                           : factors.template bend<false>(e[k], here);
            }
            e[k] = here ? factors.gradient_at_label : scale(e[k]);
        });
    }

    // With each entry's number, and where it is that of the label.
    template <class Make>
    SOFTGRAD_INLINE void at_each(Index s, const Make& make) const {
        const Vector label = rows_.label(s);
        Vector number = {};
        for (Index k = 0; k < classes_; ++k) {
            make(k, number == label);
            number += all_of<N>(1.0);
        }
    }

    const SoftmaxWork& work_;
    Tile& tile_;
    Chain& chain_;
    ShortRowsLabels<N> rows_;
    Index classes_;
    RowTotals<N> row_[Tile::most_strands];
    RowFactors<N> factors_[Tile::most_strands];
    Vector power_[Tile::most_strands];  // at the label
};

}  // namespace

template <class N>
bool run_turned(const SoftmaxWork& work, Chain& chain, Index begin, Index end) {
    ShortRowsTile<N> tile(work.job, work.negates, Workspace::of_this_thread());
    ShortRows<N> rows(work, tile, chain);
    const Index most = ShortRowsTile<N>::rows_at_a_time(work.job);
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

template bool run_turned<Singles>(const SoftmaxWork&, Chain&, Index, Index);
template bool run_turned<Doubles>(const SoftmaxWork&, Chain&, Index, Index);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
