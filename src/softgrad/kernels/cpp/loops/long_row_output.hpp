// From the powers of a long row to a row of results.
#pragma once

#include <type_traits>

#include "../arithmetic/half_pairs.hpp"
#include "../arithmetic/streaming.hpp"
#include "long_row.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

template <class N, class T>
class LongRowOutput {
    using Vector = typename N::Vector;
    static constexpr Index size = sizeof(T);
    static constexpr Index line = 64;

public:
    LongRowOutput(const Job& job, const LongRow<N, T>& row)
        : row_(row), streams_(is_worth_streaming(job)) {}

    // To the row at `to`: of each block, `maker(shift)` makes from powers e, the first of them that
    // of entry i, what is stored. At one entry, `special` (-1 for none), stands x.
    template <class Maker>
    void write(char* to, Index special, double x, const Maker& maker) const {
        for (Index b = row_.first_block(); b < row_.last_block(); ++b) {
            const auto make = maker(row_.shift(b));
            const Index first = row_.first_entry(b);
            row_.use_powers(
                b, [&](const auto& power, const auto& last) __attribute__((always_inline)) {
                    const auto plain = [&](Index i) __attribute__((always_inline)) {
                        return make(power(i), i);
                    };
                    // May look beyond the end of the block.
                    const auto checked = [&](Index i) __attribute__((always_inline)) {
                        const auto here =
                            N::lane_numbers() == all_of<N>(static_cast<double>(special - i));
                        return here ? all_of<N>(x) : make(last(i), i);
                    };
                    write_entries(to, first, row_.end_entry(b), special, plain, checked);
                });
        }
    }

private:
    // At a time: of 16 bits two vectors make one.
    static constexpr bool in_pairs = size == 2 && moves_lanes;
    static constexpr Index together = in_pairs ? 2 * N::count : N::count;

    template <class Make>
    SOFTGRAD_INLINE static auto vector_at(Index i, const Make& make) {
        if constexpr (in_pairs) {
            const Vector first = make(i), second = make(i + N::count);
            return stored_pair<T>(first, second);
        } else {
            return N::template stored<T>(make(i));
        }
    }

    // Whole cache lines past the caches; the ends of the lines that are shared with others are
    // stored as usual, for half a line that leaves the processor costs as much as many whole ones.
    template <class Plain, class Checked>
    SOFTGRAD_INLINE void write_entries(char* to, Index i, Index end, Index special,
                                       const Plain& plain, const Checked& checked) const {
        const auto write_some = [&](Index stop) __attribute__((always_inline)) {
            for (; i < stop; i += N::count) {
                const Index left = stop - i;
                N::template store_some<T>(to + i * size, checked(i),
                                          left < N::count ? left : N::count);
            }
            i = stop;
        };
        const auto write_whole = [&](Index stop, const auto& store) __attribute__((always_inline)) {
            const Index ahead = special < i || special >= stop ? stop - i : special - i;
            for (const Index until = i + ahead / together * together; i < until; i += together) {
                store(to + i * size, vector_at(i, plain));
            }
            if (i == stop) return;
            store(to + i * size, vector_at(i, checked));
            for (i += together; i < stop; i += together) {
                store(to + i * size, vector_at(i, plain));
            }
        };
        const auto at = reinterpret_cast<std::uintptr_t>(to + i * size);
        if (streams_ && at % size == 0) {
            const Index ahead = static_cast<Index>((line - at % line) % line) / size;
            write_some(i + ahead < end ? i + ahead : end);
            write_whole(i + (end - i) / (line / size) * (line / size),
                        [](char* place, auto found)
                            __attribute__((always_inline)) { stream_whole(place, found); });
        }
        write_whole(i + (end - i) / together * together,
                    [](char* place, auto found)
                        __attribute__((always_inline)) { store_unaligned(place, found); });
        write_some(end);
    }

    const LongRow<N, T>& row_;
    bool streams_;
};

// Rows [begin, end), each raised and handed to `write(r, row, is_plain)`, which is false, like a row
// that cannot be raised, where the chain has to look. False where a label is out of range.
template <class N, class T, bool is_plain, bool finds_top, class Write>
bool run_long_rows_as(const SoftmaxWork& work, Chain& chain, Index begin, Index end,
                      const Write& write) {
    LongRow<N, T> row(work, Workspace::of_this_thread());
    const Matrix& z = work.job.logits.at;
    for (Index r = begin; r < end; ++r) {
        const char* next = z.row(r + 1 < work.job.rows ? r + 1 : r);
        const char* beside = work.has_targets() ? work.job.target.at.row(r) : nullptr;
        const bool done = row.template raise<is_plain, finds_top>(z.row(r), beside, next) &&
                          write(r, row, std::bool_constant<is_plain>{});
        if (!done && !chain.run_all({r, 1, end})) return false;
    }
    finish_streams();
    return true;
}

// use(kind of numbers, what is stored, is_plain, finds_top) of what a work needs.
template <class Use>
auto in_kind_of_row(const SoftmaxWork& work, const Use& use) {
    const auto in = [&](auto kind, auto stored) {
        if (!work.is_one || work.negates) {
            return use(kind, stored, std::false_type{}, std::true_type{});
        }
        return work.job.work == Work::forward
                   ? use(kind, stored, std::true_type{}, std::false_type{})
                   : use(kind, stored, std::true_type{}, std::true_type{});
    };
    switch (work.job.logits.storage) {
        case Storage::float64: return in(Doubles{}, double{});
        case Storage::float32: return in(Singles{}, float{});
        case Storage::float16: return in(Singles{}, Float16{});
        default: return in(Singles{}, BFloat16{});
    }
}

template <class Write>
bool run_each_long_row(const SoftmaxWork& work, Chain& chain, Index begin, Index end,
                       const Write& write) {
    return in_kind_of_row(work, [&](auto kind, auto stored, auto is_plain, auto finds_top) {
        return run_long_rows_as<decltype(kind), decltype(stored), is_plain.value, finds_top.value>(
            work, chain, begin, end, write);
    });
}

inline bool in_rows(const Entries& entries) {
    return !entries || entries.at.entry_stride == size_of(entries.storage);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
