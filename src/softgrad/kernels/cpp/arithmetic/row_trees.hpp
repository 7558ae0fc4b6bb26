// Sums of short rows of float32, a row in each lane of the result: by one tree, whether the rows lie
// one after the other or side by side, so that memory changes no bit.
//
// Numbers k, k + 16, k + 32, ... of a row are added up first, then the sixteen sums two by two; the
// last two steps are exact.
#pragma once

#include "lane_moves.hpp"
#include "row_sums.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

inline constexpr Index leaves_of_a_tree = 16;

// Of numbers 0, 16, 32, ...: every second of them first.
template <class Sum, class At>
SOFTGRAD_INLINE Sum leaf_of(Index numbers, const At& at) {
    constexpr Index step = leaves_of_a_tree;
    Sum sum = Sum::leaf(at(0));
    for (Index k = 2 * step; k < numbers; k += 2 * step) sum.add(at(k));
    if (numbers <= step) return sum;
    Sum other = Sum::leaf(at(step));
    for (Index k = 3 * step; k < numbers; k += 2 * step) other.add(at(k));
    return Sum::join(sum, other);
}

// Rows side by side: `at(k)`, which is asked once, is number k of each.
template <class Sum>
class ColumnTree {
public:
    template <class At>
    SOFTGRAD_INLINE static typename Sum::Exact of(Index numbers, const At& at) {
        return exact<leaves_of_a_tree>(Rows<At>{at, numbers}, 0);
    }

private:
    template <class At>
    struct Rows {
        const At& at;
        Index numbers;
    };

    template <class At>
    SOFTGRAD_INLINE static Sum leaf(const Rows<At>& rows, Index k) {
        return leaf_of<Sum>(rows.numbers - k,
                            [&](Index i) __attribute__((always_inline)) { return rows.at(k + i); });
    }
    // Of so many leaves from the first one on; zeros would change nothing.
    template <Index width, class At>
    SOFTGRAD_INLINE static Sum some(const Rows<At>& rows, Index first) {
        if constexpr (width == 1) {
            return leaf(rows, first);
        } else {
            if (first + width / 2 >= rows.numbers) return some<width / 2>(rows, first);
            return Sum::join(some<width / 2>(rows, first),
                             some<width / 2>(rows, first + width / 2));
        }
    }
    template <Index width, class At>
    SOFTGRAD_INLINE static typename Sum::Exact exact(const Rows<At>& rows, Index first) {
        constexpr Index half = width / 2;
        const bool has_one = first + half >= rows.numbers;
        if constexpr (width > leaves_of_a_tree / 2) {
            if (has_one) return exact<half>(rows, first);
            return Sum::join(exact<half>(rows, first), exact<half>(rows, first + half));
        } else {
            if (has_one) return Sum::exactly(some<half>(rows, first));
            return Sum::join_exactly(some<half>(rows, first), some<half>(rows, first + half));
        }
    }
};

// As many rows as a register has lanes, one after the other; a register may be read at the beginning
// of each.
template <class Sum>
class RowTree {
public:
    SOFTGRAD_INLINE static typename Sum::Exact of(const float* e, Index numbers) {
#if defined(__AVX512F__)
        if (numbers <= turned) return of_columns(e, numbers);
        if (numbers <= wide_lanes) {
            return over([&](Index a, Index b) __attribute__((always_inline)) {
                const WideFloat x = some(e + a * numbers, numbers),
                                y = some(e + b * numbers, numbers);
                return Sum::join_leaves(every_second<0, false>(x, y), every_second<0, true>(x, y));
            });
        }
        return over([&](Index a, Index b) __attribute__((always_inline)) {
            return joined<0>(leaf(e + a * numbers, numbers), leaf(e + b * numbers, numbers));
        });
#else
        WideFloat columns[longest];
        for (Index k = 0; k < numbers; ++k) {
            for (Index l = 0; l < wide_lanes; ++l) columns[k][l] = e[l * numbers + k];
        }
        return ColumnTree<Sum>::of(numbers, [&](Index k) { return columns[k]; });
#endif
    }

    static constexpr Index longest = 128;
    static constexpr Index turned = 4;  // as long as the lanes of most leaves would be empty

private:
#if defined(__AVX512F__)
    SOFTGRAD_INLINE static typename Sum::Exact of_columns(const float* e, Index numbers) {
        WideFloat columns[turned];
        WideBits place;
        for (Index l = 0; l < wide_lanes; ++l) place[l] = static_cast<std::uint32_t>(l * numbers);
        for (Index k = 0; k < numbers; ++k, place += 1) {
            WideFloat found = picked(load_unaligned<WideFloat>(e), place);
            for (Index i = 1; i < numbers; ++i) {
                const auto x = load_unaligned<WideFloat>(e + i * wide_lanes);
                const WideBits last = place >> 4;
                found = last == static_cast<std::uint32_t>(i) ? picked(x, place) : found;
            }
            columns[k] = found;
        }
        return ColumnTree<Sum>::of(numbers, [&](Index k) { return columns[k]; });
    }

    SOFTGRAD_INLINE static Sum leaf(const float* e, Index numbers) {
        return leaf_of<Sum>(numbers, [&](Index k) __attribute__((always_inline)) {
            if (k + wide_lanes <= numbers) return load_unaligned<WideFloat>(e + k);
            return some(e + k, numbers - k);
        });
    }

    SOFTGRAD_INLINE static WideFloat some(const float* e, Index count) {
        const auto mask = static_cast<__mmask16>((1u << count) - 1);
        return (WideFloat)_mm512_mask_loadu_ps((__m512)wide(Sum::nothing), mask, e);
    }

    // From two registers of partial sums of different rows one: of every two that are joined, the
    // first and the second. Rows stand in their order after four steps.
    template <int step, bool odd>
    SOFTGRAD_INLINE static WideFloat every_second(WideFloat a, WideFloat b) {
        constexpr int which = odd ? 0xdd : 0x88;
        if constexpr (step < 2) return (WideFloat)_mm512_shuffle_ps((__m512)a, (__m512)b, which);
        return (WideFloat)_mm512_shuffle_f32x4((__m512)a, (__m512)b, which);
    }
    template <int step, bool odd, class Partial>
    SOFTGRAD_INLINE static Partial every_second(Partial a, Partial b) {
        constexpr std::size_t count = sizeof(Partial) / sizeof(WideFloat);
        WideFloat first[count], second[count];
        std::memcpy(first, &a, sizeof a);
        std::memcpy(second, &b, sizeof b);
        for (std::size_t i = 0; i < count; ++i) {
            first[i] = every_second<step, odd>(first[i], second[i]);
        }
        std::memcpy(&a, first, sizeof a);
        return a;
    }
    template <int step, class Partial>
    SOFTGRAD_INLINE static Partial joined(Partial a, Partial b) {
        return Sum::join(every_second<step, false>(a, b), every_second<step, true>(a, b));
    }
    SOFTGRAD_INLINE static typename Sum::Exact joined_exactly(Sum a, Sum b) {
        return Sum::join_exactly(every_second<2, false>(a, b), every_second<2, true>(a, b));
    }

    template <class OfTwo>
    SOFTGRAD_INLINE static typename Sum::Exact over(const OfTwo& of_two) {
        Sum four[4];
        for (Index i = 0; i < 4; ++i) {
            four[i] = joined<1>(of_two(4 * i, 4 * i + 1), of_two(4 * i + 2, 4 * i + 3));
        }
        return joined<3>(joined_exactly(four[0], four[1]), joined_exactly(four[2], four[3]));
    }
#endif
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
