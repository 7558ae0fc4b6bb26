#include "short_rows_flat.hpp"

#include "flat_results.hpp"
#include "short_rows_factors.hpp"
#include "short_rows_labels.hpp"
#include "short_rows_values.hpp"
#include "softmax_squares.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace {

class ShortRowsFlat {
    using N = Singles;
    using Results = FlatResults::OfEntries;

public:
    ShortRowsFlat(const SoftmaxWork& work, Chain& chain, Workspace& workspace)
        : work_(work),
          chain_(chain),
          rows_(work),
          flat_(work, workspace),
          results_(work.job, workspace) {
        const WideFloat classes = wide(static_cast<float>(work.job.classes));
        row_starts_ = N::lane_numbers() * classes;
        is_unit_ = !work.is_weighted() && work.slope * work.job.scale == 1.0 && work.slope == 1.0;
    }

    // At most as many rows as labels are kept of; false where a label is out of range.
    bool run(Index first, Index rows, Index end) {
        const bool is_loss = work_.job.work == Work::loss;
        rows_.start();
        if (is_loss) rows_.load(first, rows);
        for (Index s = 0; s * N::count < rows; ++s) {
            const Index left = rows - s * N::count, count = left < N::count ? left : N::count;
            strand_ = s;
            first_ = first + s * N::count;
            count_ = count;
            flat_.load(first_, count);
            if (__builtin_expect(!flat_.shares_power(), false)) {
                rows_.leave_out(s, flat_.is_too_far());
            }
            is_loss ? finish() : soften();
        }
        if (work_.job.values) {
            store_values_of<N>(work_.job.values, first, rows, rows_.left_out(),
                               [&](Index s) -> auto& { return values_[s].half; });
        }
        if (rows_.left_out()) results_.finish();
        return rows_.each_left_out(rows,
                                   [&](Index r) { return chain_.run_all({first + r, 1, end}); });
    }

    void finish_results() { results_.finish(); }

private:
    // From the power of each entry, the rows they belong to and where the labels are.
    template <bool curved, class Make>
    SOFTGRAD_INLINE void put(const Make& make) {
        const FlatGroup group{first_, count_, rows_.left_out_of(strand_)};
        const FlatEntries at = flat_.entries();
        results_.put<curved>(
            at, group,
            [at, make, label = label_](Index i, const RowOfEntry& row, WideFloat place)
                __attribute__((always_inline)) {
                    return make(at.power(i), row, row(label) == place);
                });
    }

    SOFTGRAD_INLINE void soften() {
        Pair sums[2];
        for (Index h = 0; h < 2; ++h) sums[h] = flat_.totals().total(h);
        put<false>([by_sum = Divisor<N>(sums)](WideFloat e, const RowOfEntry& row, WideMask)
                       __attribute__((always_inline)) {
                           return Results{by_sum.picked(row)(e), WideFloat{}};
                       });
    }

    SOFTGRAD_INLINE void finish() {
        const Index s = strand_;
        label_ = row_starts_ + rows_.label(s);
        const auto place = __builtin_convertvector(label_, WideBits);
        const FlatEntries at = flat_.entries();
        const WideFloat power = gathered(at.powers, place);
        Pack weights[2];
        for (Index h = 0; h < 2; ++h) weights[h] = rows_.weight(s, h);
        if (__builtin_expect(any(power < wide(impossible_power<N>)), false)) {
            const WideFloat logit = gathered(at.logits, place);
            rows_.leave_out(s, logit == wide(static_cast<float>(-infinity)));
        }
        if (work_.squares) return finish_squares(power, weights);
        const auto find = [&] {
            RowFactors<N> found;
            const auto& totals = work_.needs_logarithm ? flat_.totals_and_top() : flat_.totals();
            find_factors<N>(work_, totals, gathered(at.logits, place), power, weights, found);
            return found;
        };
        if (!work_.is_linear) {
            const RowFactors<N> found = find();
            for (Index h = 0; h < 2; ++h) values_[s].half[h] = found.value[h];
            return put_all<false>(found);
        }
        if (work_.job.values) {
            find_linear_values(flat_.totals(), power, weights, values_[s].half, find);
        }
        if (!results_.are_wanted()) return;
        const auto factors = EntryFactors<N>::linear(work_, flat_.totals(), power, weights);
        if (__builtin_expect(!work_.is_plain && factors.is_small(), false)) {
            return put_all<true>(find());
        }
        is_unit_ ? put_units(factors) : put_entries<true>(factors);
    }

    // Cross-entropy's as it is: the same numbers as below, with what is 1 left out.
    SOFTGRAD_INLINE void put_units(const EntryFactors<N>& factors) {
        results_.are_curved() ? put_units<true>(factors) : put_units<false>(factors);
    }
    template <bool curved>
    SOFTGRAD_INLINE void put_units(const EntryFactors<N>& factors) {
        put<curved>([factors](WideFloat e, const RowOfEntry& row, WideMask here)
                        __attribute__((always_inline)) {
                            const EntryFactors<N> own = factors.picked(row);
                            const WideFloat p = e * own.inverse;
                            Results found{here ? own.gradient_at_label : p, WideFloat{}};
                            if (curved) found.bend = p * own.complement(p);
                            return found;
                        });
    }

    template <bool is_linear>
    void put_all(const RowFactors<N>& found) {
        if (!results_.are_wanted()) return;
        const Scale<N> scale(found.inverse, found.slope);
        const EntryFactors<N> factors(found, scale.factor);
        scale.in_steps ? put_in_steps<is_linear>(factors, scale) : put_entries<is_linear>(factors);
    }
    template <bool is_linear>
    SOFTGRAD_INLINE void put_entries(const EntryFactors<N>& factors) {
        results_.are_curved() ? put_entries<is_linear, true>(factors)
                              : put_entries<is_linear, false>(factors);
    }
    template <bool is_linear, bool curved>
    SOFTGRAD_INLINE void put_entries(const EntryFactors<N>& factors) {
        put<curved>([factors](WideFloat e, const RowOfEntry& row, WideMask here)
                        __attribute__((always_inline)) {
                            const EntryFactors<N> own = factors.picked(row);
                            Results found{own.gradient(e, here), WideFloat{}};
                            if (curved) found.bend = own.template bend<is_linear>(e, here);
                            return found;
                        });
    }
    template <bool is_linear>
    void put_in_steps(const EntryFactors<N>& factors, const Scale<N>& scale) {
        put<true>([&](WideFloat e, const RowOfEntry& row, WideMask here) {
            const EntryFactors<N> own = factors.picked(row);
            const WideFloat other = scale.picked(row)(e);
            return Results{here ? own.gradient_at_label : other,
                           own.template bend<is_linear>(e, here)};
        });
    }

    void finish_squares(WideFloat power, const Pack* weights) {
        Pack inverses[2], squares[2];
        const RowTotals<N>& totals = flat_.totals();
        for (Index h = 0; h < 2; ++h) {
            inverses[h] = 1.0 / (totals.rest[h] + N::half(totals.largest, h));
        }
        const WideFloat inverse = N::of(inverses);
        const FlatEntries at = flat_.entries();
        for (Index i = 0; i < at.vectors; ++i) {
            const WideFloat p = at.power(i) * at.row_of(i)(inverse);
            at.put_power(i, p);
            at.put_aside(i, small_square<N>(p));
        }
        flat_.sum_aside(squares);
        const SquareFactors<N> factors(work_, totals, inverse, power, squares, weights);
        for (Index h = 0; h < 2; ++h) values_[strand_].half[h] = factors.value[h];
        if (!results_.are_wanted()) return;
        put<false>([factors](WideFloat p, const RowOfEntry& row, WideMask here)
                       __attribute__((always_inline)) {
                           const SquareFactors<N> own = factors.picked(row);
                           return Results{here ? own.at_label : own.gradient(p), WideFloat{}};
                       });
    }

    const SoftmaxWork& work_;
    Chain& chain_;
    ShortRowsLabels<N> rows_;
    FlatRows flat_;
    FlatResults results_;
    WideFloat row_starts_;
    bool is_unit_;  // whether neither weights nor a temperature scale anything
    // The rows at hand.
    Index strand_ = 0, first_ = 0, count_ = 0;
    WideFloat label_{};  // the place of each row's label among the entries
    struct {
        Pack half[2];
    } values_[ShortRowsTile<N>::most_strands];
};

}  // namespace

bool serves_short_rows_flat(const Job& job) {
    const auto lies_flat = [&](const Entries& entries) {
        return !entries || (entries.storage == Storage::float32 && is_dense(entries, job));
    };
    return TableExponential::pays && job.classes > 1 && job.classes <= longest_short_row &&
           lies_flat(job.logits) && lies_flat(job.output) && lies_flat(job.second_output) &&
           (job.work != Work::loss || job.has_labels || lies_flat(job.target));
}

Index packs_of_short_rows_flat(const Job& job) {
    return FlatRows::packs(job) + FlatResults::packs(job);
}

bool run_short_rows_flat(const SoftmaxWork& work, Chain& chain, Index begin, Index end) {
    return run_in_groups<ShortRowsFlat>(work, chain, begin, end);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
