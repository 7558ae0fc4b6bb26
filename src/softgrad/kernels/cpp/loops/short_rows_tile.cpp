#include "short_rows_tile.hpp"

#include <initializer_list>

#include "../arithmetic/squares.hpp"
#include "../arithmetic/streaming.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

static constexpr Index longest_column_row = Index{1} << 24;  // float32 counts labels up to there

template <class N>
static Index strands_of(Index rows) {
    return (rows + N::count - 1) / N::count;
}

template <class N>
bool ShortRowsTile<N>::serves(const Job& job) {
    return job.classes <= longest_short_row ||
           (job.rows >= N::count && in_columns(job.logits, job) &&
            job.classes <= longest_column_row);
}

template <class N>
Index ShortRowsTile<N>::rows_at_a_time(const Job& job) {
    // Columns are read a run at a time: longer ones are worth a tile that leaves the first cache.
    const bool columns = in_columns(job.logits, job);
    const Index room = packs_of_a_tile * (columns ? 48 : 1) / job.classes;
    const Index fitting = room < 1 ? 1 : room < most_strands ? room : most_strands;
    const Index most = strands_of<N>(job.rows);
    return (fitting < most ? fitting : most) * N::count;
}

// Squares may write over the end of the last row.
template <class N>
Index ShortRowsTile<N>::packs(const Job& job) {
    return arrays * (rows_at_a_time(job) / N::count * job.classes + lanes);
}

template <class N>
ShortRowsTile<N>::ShortRowsTile(const Job& job, bool negates, Workspace& workspace)
    : job_(job), negates_(negates), streams_(is_worth_streaming(job)) {
    const Index stride = job.logits.at.row_stride();
    if (is_dense(job.logits, job)) {
        ahead_ = {N::count * stride, 64, N::count * stride};
    } else if (in_columns(job.logits, job)) {
        const Index step = job.logits.at.entry_stride;
        ahead_ = {N::count * stride, step, step * job.classes};
    }
    const Index each = packs(job) / arrays;
    entries_ = reinterpret_cast<Vector*>(workspace.take(each));
    bends_ = reinterpret_cast<Vector*>(workspace.take(each));
    targets_ = reinterpret_cast<Vector*>(workspace.take(each));
    rows_ = reinterpret_cast<char*>(workspace.take(each));
    const Entries* results[] = {&job.output, &job.second_output};
    for (Index i = 0; i < 2; ++i) {
        const Entries& to = *results[i];
        if (!streams_ || !to || !in_columns(to, job) || job.classes > longest_short_row) continue;
        if (size_of(to.storage) != sizeof(typename N::Number)) continue;
        if (LineWriter::serves(to.at.data)) lines_[i].reset(new LineWriter[job.classes]);
    }
}

template <class N>
void ShortRowsTile<N>::fetch_edges(Index first, Index rows) const {
    if (!streams_) return;
    for (const Entries* to : {&job_.output, &job_.second_output}) {
        if (!*to) continue;
        const Index runs = in_columns(*to, job_) ? job_.classes : 1;
        for (Index end : {first, first + rows}) {
            const char* at = to->at.row(end);
            for (Index j = 0; j < runs; ++j) __builtin_prefetch(at + j * to->at.entry_stride, 1);
        }
    }
}

// Whole squares of a strand whose rows may be read a little beyond their end.
template <class N>
template <class T>
void ShortRowsTile<N>::load_strand(const char* row, Index stride, Vector* to) {
    constexpr Index width = Square<N>::width, size = sizeof(T);
    const Index classes = job_.classes;
    Vector block[width];
    if (classes < width) {
        Square<N>::template load<T>(row, stride, block);
        for (Index l = 0; l < classes; ++l) to[l] = block[l];
        return;
    }
    const auto load = [&](Index j) __attribute__((always_inline)) {
        Square<N>::template load<T>(row + j * size, stride, block);
        for (Index l = 0; l < width; ++l) to[j + l] = block[l];
    };
    Index j = 0;
    for (; j + width <= classes; j += width) load(j);
    // The last block overlaps the one before it.
    if (j < classes) load(classes - width);
}

template <class N>
template <class T>
void ShortRowsTile<N>::load_by_number(const Matrix& from, Index first, Index rows, Vector* to) {
    auto* numbers = reinterpret_cast<typename N::Number*>(to);
    for (Index l = 0; l < N::count; ++l) {
        const char* row = from.row(first + (l < rows ? l : rows - 1));
        for (Index j = 0; j < job_.classes; ++j) {
            const double x = load_one<T>(row + j * from.entry_stride);
            numbers[j * N::count + l] = static_cast<typename N::Number>(x);
        }
    }
}

template <class N>
template <class T>
void ShortRowsTile<N>::load_as(const Entries& entries, Index first, Index rows, Index end,
                               Vector* to) {
    const Matrix& from = entries.at;
    const Index stride = from.row_stride(), whole = rows / N::count, classes = job_.classes;
    constexpr Index bytes = N::count * static_cast<Index>(sizeof(T));
    Index s = 0;
    if (in_columns(entries, job_)) {
        const char* column = from.row(first);
        for (Index j = 0; j < classes; ++j, column += from.entry_stride) {
            for (s = 0; s < whole; ++s) {
                to[s * classes + j] = N::template load<T>(column + s * bytes);
            }
        }
    } else if (is_dense(entries, job_)) {
        for (; s < whole; ++s) {
            const Index beyond = end - first - (s + 1) * N::count;
            if (classes < Square<N>::width && beyond < Square<N>::width) break;
            load_strand<T>(from.row(first + s * N::count), stride, to + s * classes);
        }
    }
    for (; s * N::count < rows; ++s) {
        load_by_number<T>(from, first + s * N::count, rows - s * N::count, to + s * classes);
    }
}

template <class N>
void ShortRowsTile<N>::load(Index first, Index rows, Index end) {
    if constexpr (N::halves == 1) {
        load_as<double>(job_.logits, first, rows, end, entries_);
    } else {
        switch (job_.logits.storage) {
            case Storage::float16: load_as<Float16>(job_.logits, first, rows, end, entries_); break;
            case Storage::bfloat16:
                load_as<BFloat16>(job_.logits, first, rows, end, entries_);
                break;
            default: load_as<float>(job_.logits, first, rows, end, entries_);
        }
    }
    if (!negates_) return;
    const Index strands = strands_of<N>(rows);
    for (Index k = 0; k < strands * job_.classes; ++k) entries_[k] = -entries_[k];
}

template <class N>
void ShortRowsTile<N>::load_targets(Index first, Index rows, Index end) {
    load_as<typename N::Number>(job_.target, first, rows, end, targets_);
}

template class ShortRowsTile<Singles>;
template class ShortRowsTile<Doubles>;

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
