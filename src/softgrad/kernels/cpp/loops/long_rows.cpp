#include "long_rows.hpp"

#include "long_row_dense.hpp"
#include "long_row_logarithms.hpp"
#include "long_row_partition.hpp"
#include "long_row_whole.hpp"
#include "softmax_squares.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_long_rows(const Job& job) {
    return in_rows(job.logits) && in_rows(job.output) && in_rows(job.second_output) &&
           (!job.has_target_entries() || in_rows(job.target));
}

template <class N, class T>
static void write_softmax(const SoftmaxWork& work, Index r, const LongRow<N, T>& row) {
    using Vector = typename N::Vector;
    const Pair sum = fast_two_sum(splat(row.sum().high), splat(row.sum().low));
    const Pair sums[2] = {sum, sum};
    const Divisor<N> by_sum(sums);
    const Vector inverse = all_of<N>(1.0 / row.sum().high);  // of 16 bits it is exact enough
    const LongRowOutput<N, T> output(work.job, row);
    output.write(work.job.output.at.row(r), -1, 0.0, [&](Vector shift) {
        const bool shifts = shift[0] != 1;
        return [=](Vector e, Index) __attribute__((always_inline)) {
            if (__builtin_expect(shifts, false)) e *= shift;
            return sizeof(T) == 2 ? e * inverse : by_sum(e);
        };
    });
}

template <class N, class T>
static double write_squares(const SoftmaxWork& work, Index r, const LongRow<N, T>& row,
                            const RowTotals<N>& totals, Index label, const Pack* weights) {
    using Vector = typename N::Vector;
    const Pack one_over_sum = 1.0 / (totals.rest[0] + N::half(totals.largest, 0));
    const Pack inverses[2] = {one_over_sum, one_over_sum};
    const Pack one[2] = {splat(1.0), splat(1.0)};
    const Vector inverse = all_of<N>(inverses[0][0]);
    const double sum = row.sum_of([&](Vector e, Index) __attribute__((always_inline)) {
        return small_square<N>(e * inverse);
    });
    const Pack squares[2] = {splat(sum), splat(sum)};
    const SquareFactors<N> factors(work, totals, inverse, all_of<N>(row.joined().power), squares,
                                   weights);
    if (!work.job.output) return factors.value[0][0];
    const auto at_label = static_cast<double>(factors.at_label[0]);
    const LongRowOutput<N, T> output(work.job, row);
    output.write(work.job.output.at.row(r), label, at_label, [&](Vector shift) {
        const Scale<N> probability(inverses, one, shift);
        return [=, &factors](Vector e, Index)
                   __attribute__((always_inline)) { return factors.gradient(probability(e)); };
    });
    return factors.value[0][0];
}

// False if the chain has to look at the row: its label is ignored, out of range or a logit of -inf.
template <class N, class T>
static bool find_label(const SoftmaxWork& work, Index r, const LongRow<N, T>& row) {
    const double label = work.label_of(r);
    if (label < 0.0) return false;
    const auto entry = static_cast<Index>(label);
    const char* at = work.job.logits.at.row(r) + entry * static_cast<Index>(sizeof(T));
    const double stored = load_one<T>(at), logit = work.negates ? -stored : stored;
    row.joined().label = label;
    row.joined().logit = logit;
    row.joined().power = row.power_of(entry);
    const double weight = work.weight_of(r, label);
    // 16 bits would not hold each NaN (half_pairs.hpp).
    return logit != -infinity && weight == weight;
}

// Of a row whose label was found.
template <bool is_plain, class N, class T>
static void write_loss(const SoftmaxWork& work, Index r, const LongRow<N, T>& row) {
    using Vector = typename N::Vector;
    const Job& job = work.job;
    const double label = row.joined().label, logit = row.joined().logit, e = row.joined().power;
    const auto entry = static_cast<Index>(label);

    const Pack weight = splat(work.weight_of(r, label)), weights[2] = {weight, weight};
    const RowTotals<N> totals = row.template totals<is_plain>();
    if (work.squares) {
        const double value = write_squares(work, r, row, totals, entry, weights);
        if (job.values) store_row_number(job.values, r, value);
        return;
    }
    RowFactors<N> factors;
    find_factors<N>(work, totals, all_of<N>(logit), all_of<N>(e), weights, factors);
    const LongRowOutput<N, T> output(job, row);
    if (job.second_output) {
        const bool is_linear = work.is_linear;
        const auto at_label = static_cast<double>(factors.hessian_at_label[0]);
        char* to = job.second_output.at.row(r);
        output.write(to, is_linear ? -1 : entry, at_label, [&](Vector shift) {
            const Pack one[2] = {splat(1.0), splat(1.0)};
            const Scale<N> probability(factors.inverse, one, shift);
            return [=, &factors](Vector e, Index) __attribute__((always_inline)) {
                return hessian_of<N>(probability(e), factors, is_linear);
            };
        });
    }
    if (job.output) {
        const auto at_label = static_cast<double>(factors.gradient_at_label[0]);
        output.write(job.output.at.row(r), entry, at_label,
                     [&](Vector shift) { return Scale<N>(factors.inverse, factors.slope, shift); });
    }
    if (job.values && row.has_last_block()) store_row_number(job.values, r, factors.value[0][0]);
}

static Index packs_of_dense_rows(const Job& job) {
    if (!job.has_target_entries()) return 0;
    switch (job.logits.storage) {
        case Storage::float64: return DenseRow<Doubles, double>::packs(job.classes);
        case Storage::float32: return DenseRow<Singles, float>::packs(job.classes);
        default: return DenseRow<Singles, BFloat16>::packs(job.classes);
    }
}

Index packs_of_long_rows(const Job& job) {
    return packs_of_dense_rows(job) + (job.logits.storage == Storage::float64
                                           ? LongRow<Doubles, double>::packs(job.classes)
                                           : LongRow<Singles, float>::packs(job.classes));
}

bool run_long_rows(const SoftmaxWork& work, Chain& chain, Index begin, Index end) {
    if (gives_logarithms(work.job)) return run_logarithms(work, chain, begin, end);
    const bool softens = work.job.work == Work::forward;
    Pack* const room = Workspace::of_this_thread().take(packs_of_dense_rows(work.job));
    return run_each_long_row(work, chain, begin, end, [&](Index r, const auto& row, auto plain) {
        using Row = std::decay_t<decltype(row)>;
        if constexpr (std::is_same_v<typename Row::Stored, float>) {
            if (work.loss && work.loss->form == Form::logits) {
                return write_squared_partition<plain.value>(work, r, row);
            }
            if (work.whole_row) return write_whole_row<plain.value>(work, r, row);
        }
        if (work.has_dense()) {
            const DenseRow<typename Row::Numbers, typename Row::Stored> dense(work, room);
            return dense.template write<plain.value>(r, row);
        }
        if (!softens && !find_label(work, r, row)) return false;
        if (softens) write_softmax(work, r, row);
        if (!softens) write_loss<plain.value>(work, r, row);
        return true;
    });
}

// use(row, stored, is_plain, finds_top) of a row whose state lies with the caller.
template <class Use>
static bool with_shared_row(const SoftmaxWork& work, void* state, const Use& use) {
    return in_kind_of_row(work, [&](auto kind, auto stored, auto is_plain, auto finds_top) {
        using Row = LongRow<decltype(kind), decltype(stored)>;
        Workspace& workspace = Workspace::of_this_thread();
        workspace.reserve(Row::packs_of_powers(work.job.classes));
        Row row(work, workspace, state);
        return use(row, stored, is_plain, finds_top);
    });
}

SharedRow shared_long_row(const SoftmaxWork& work) {
    constexpr Index least = 64;  // blocks of a row that is worth sharing
    const bool of_logits = work.loss && work.loss->form == Form::logits;
    if (of_logits || gives_logarithms(work.job)) return {0, 0};
    if (work.job.has_target_entries() || work.squares) return {0, 0};
    return in_kind_of_row(work, [&](auto kind, auto stored, auto, auto) -> SharedRow {
        using Row = LongRow<decltype(kind), decltype(stored)>;
        const Index classes = work.job.classes, blocks = Row::blocks_of(classes);
        if (blocks < least) return {0, 0};
        return {blocks, Row::bytes_of_state(classes)};
    });
}

void raise_shared_row(const SoftmaxWork& work, const RowPart& part) {
    with_shared_row(work, part.state, [&](auto& row, auto, auto is_plain, auto finds_top) {
        const char* z = work.job.logits.at.row(part.row);
        row.template start<is_plain.value>(z, part.first, part.last);
        row.template raise_blocks<is_plain.value, finds_top.value>();
        return true;
    });
}

bool join_shared_row(const SoftmaxWork& work, const RowPart& part) {
    return with_shared_row(work, part.state, [&](auto& row, auto, auto is_plain, auto) {
        const char* z = work.job.logits.at.row(part.row);
        row.template start<is_plain.value>(z, part.first, part.last);
        if (!row.template join_blocks<is_plain.value>()) return false;
        if (work.job.work == Work::forward) return true;
        row.template totals<is_plain.value>();
        return find_label(work, part.row, row);
    });
}

void write_shared_row(const SoftmaxWork& work, const RowPart& part) {
    with_shared_row(work, part.state, [&](auto& row, auto, auto is_plain, auto) {
        const char* z = work.job.logits.at.row(part.row);
        row.template start<is_plain.value>(z, part.first, part.last);
        const bool softens = work.job.work == Work::forward;
        if (softens) write_softmax(work, part.row, row);
        if (!softens) write_loss<is_plain.value>(work, part.row, row);
        finish_streams();
        return true;
    });
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
