// From the powers of a long row to a row of results.
#pragma once

#include <type_traits>

#include "../arithmetic/streaming.hpp"
#include "long_row.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

template <class N, class T>
class LongRowOutput {
    using Vector = typename N::Vector;
    static constexpr Index size = sizeof(T);
    static constexpr Index vector_bytes = N::count * size;

public:
    LongRowOutput(const Job& job, const LongRow<N, T>& row)
        : row_(row), classes_(job.classes), streams_(is_worth_streaming(job)) {}

    // To the row at `to`: of each block, `maker(shift)` makes from the powers e of vector k what is
    // stored. At one entry, `special` (-1 for none), stands x.
    template <class Maker>
    void write(char* to, Index special, double x, const Maker& maker) const {
        const StreamedRun run(to, classes_ * size, streams_ && vector_bytes == pack_bytes);
        for (Index b = 0; b < row_.blocks(); ++b) {
            const auto make = maker(row_.shift(b));
            const Index start = row_.first_vector(b), end = row_.end_vector(b);
            const Index at = special / N::count;
            if (special < 0 || at < start || at >= end) {
                write_vectors(to, start, end, run, make);
                continue;
            }
            write_vectors(to, start, at, run, make);
            Vector found = make(row_.powers()[at], at);
            found[special % N::count] = static_cast<typename N::Number>(x);
            write_vectors(to, at, at + 1, run, [&](Vector, Index) { return found; });
            write_vectors(to, at + 1, end, run, make);
        }
    }

private:
    template <class Make>
    SOFTGRAD_INLINE void write_vectors(char* to, Index start, Index end, const StreamedRun& run,
                                       const Make& make) const {
        const Index whole = classes_ / N::count < end ? classes_ / N::count : end;
        const Vector* powers = row_.powers();
        Index k = start;
        const auto put = [&](Index stop) __attribute__((always_inline)) {
            for (; k < stop && k < whole; ++k) {
                const Vector x = make(powers[k], k);
                if constexpr (vector_bytes == pack_bytes) {
                    run.put(to + k * vector_bytes, x);
                } else {
                    N::template store<T>(to + k * vector_bytes, x);
                }
            }
        };
        if (vector_bytes == pack_bytes && run.streams()) {
            put(run.first_whole(to, vector_bytes));
            const Index stop = run.end_of_whole(to, vector_bytes);
            for (; k < stop && k < whole; ++k) {
                stream(to + k * vector_bytes, make(powers[k], k));
            }
        }
        put(whole);
        if (k >= end) return;
        const Vector last = make(powers[k], k);
        for (Index l = 0; l < classes_ % N::count; ++l) {
            store_one<T>(to + (k * N::count + l) * size, static_cast<double>(last[l]));
        }
    }

    const LongRow<N, T>& row_;
    Index classes_;
    bool streams_;
};

// Rows [begin, end), each raised and handed to `write(r, row, is_plain)`, which is false, like a row
// that cannot be raised, where the chain has to look. False where a label is out of range.
template <class N, class T, bool is_plain, class Write>
bool run_long_rows_as(const SoftmaxWork& work, Chain& chain, Index begin, Index end,
                      const Write& write) {
    LongRow<N, T> row(work, Workspace::of_this_thread());
    const Matrix& z = work.job.logits.at;
    for (Index r = begin; r < end; ++r) {
        const char* next = z.row(r + 1 < work.job.rows ? r + 1 : r);
        const bool done = row.template raise<is_plain>(z.row(r), next) &&
                          write(r, row, std::bool_constant<is_plain>{});
        if (!done && !chain.run_all({r, 1, end})) return false;
    }
    finish_streams();
    return true;
}

template <class Write>
bool run_each_long_row(const SoftmaxWork& work, Chain& chain, Index begin, Index end,
                       const Write& write) {
    const auto run = [&](auto kind, auto stored) {
        using N = decltype(kind);
        using T = decltype(stored);
        return work.is_one && !work.negates
                   ? run_long_rows_as<N, T, true>(work, chain, begin, end, write)
                   : run_long_rows_as<N, T, false>(work, chain, begin, end, write);
    };
    switch (work.job.logits.storage) {
        case Storage::float64: return run(Doubles{}, double{});
        case Storage::float32: return run(Singles{}, float{});
        case Storage::float16: return run(Singles{}, Float16{});
        default: return run(Singles{}, BFloat16{});
    }
}

inline bool in_rows(const Entries& entries) {
    return !entries || entries.at.entry_stride == size_of(entries.storage);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
