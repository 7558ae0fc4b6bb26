// One long row of logits as blocks of raised powers.
//
// All blocks have powers of one reference, the largest of the row's first entries; one whose logits
// are too far above it has powers of its own largest, and these differ by a power of two alone. So a
// row of any length is read from memory once. Of a few blocks the powers are kept; of more they are
// raised again where they are asked for, which takes less time than their way out of the first cache
// and back.
#pragma once

#include "../stages/workspace.hpp"
#include "long_row_block.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// What its blocks come to, before the blocks themselves.
struct JoinedBlocks {
    RunningSum sum;
    double top;
    Index top_block;  // -1 for a ghost
    double ghost;  // its power
    double largest, rest;  // the power of the top, and the sum of all others; NaN if not asked for
};

template <class N, class T>
class LongRow {
    using Vector = typename N::Vector;
    using Number = typename N::Number;
    static constexpr Index size = sizeof(T);
    static constexpr Index block_vectors = 8192 / pack_bytes;
    static constexpr Index most_kept = 4;  // blocks

public:
    using Numbers = N;
    using Stored = T;
    static constexpr Index block_entries = block_vectors * N::count;
    static Index blocks_of(Index classes) { return (classes + block_entries - 1) / block_entries; }
    static Index bytes_of_state(Index classes) {
        return static_cast<Index>(sizeof(JoinedBlocks)) +
               blocks_of(classes) * static_cast<Index>(sizeof(RaisedBlock));
    }
    static Index packs_of_powers(Index classes) {
        const Index blocks = blocks_of(classes);
        return (blocks <= most_kept ? blocks : 1) * block_vectors;
    }
    static Index packs_of_state(Index classes) {
        return (bytes_of_state(classes) + pack_bytes - 1) / pack_bytes;
    }
    static Index packs(Index classes) {
        return packs_of_powers(classes) + packs_of_state(classes);
    }

    LongRow(const SoftmaxWork& work, Workspace& workspace)
        : LongRow(work, workspace, workspace.take(packs_of_state(work.job.classes))) {}
    // With its state in memory that others see, too.
    LongRow(const SoftmaxWork& work, Workspace& workspace, void* state)
        : work_(work),
          classes_(work.job.classes),
          blocks_(blocks_of(classes_)),
          last_(blocks_),
          powers_(reinterpret_cast<Vector*>(workspace.take(packs_of_powers(classes_)))),
          joined_(*static_cast<JoinedBlocks*>(state)),
          block_(reinterpret_cast<RaisedBlock*>(&joined_ + 1)) {}

    // The powers of the row at z; false if it is infinite or too far out. `beside`, if that is not
    // null, and `next` are what will be read afterwards.
    template <bool is_plain, bool finds_top>
    bool raise(const char* z, const char* beside, const char* next) {
        start<is_plain>(z, 0, blocks_);
        Number reference;
        if (!find_reference<is_plain>(reference)) return false;
        for (Index b = 0; b < blocks_; ++b) {
            const char* start = beside ? beside + first_entry(b) * size : nullptr;
            const ReadAhead ahead{b + 1 < blocks_ ? z + first_entry(b + 1) * size : next, start};
            const bool done = logits<is_plain>(b).template raise<finds_top>(
                reference, powers_ + place_of(b), ahead, block_[b]);
            if (!done) return false;
        }
        join<is_plain>();
        return true;
    }

    // The same in steps, of which the first, and what is done afterwards, may be of some blocks only.
    template <bool is_plain>
    void start(const char* z, Index first, Index last) {
        z_ = z;
        is_plain_ = is_plain;
        first_ = first;
        last_ = last;
    }
    template <bool is_plain, bool finds_top>
    void raise_blocks() {
        const Number reference = first_reference<is_plain>();
        for (Index b = first_; b < last_; ++b) {
            const ReadAhead ahead{z_ + first_entry(b + 1 < blocks_ ? b + 1 : b) * size, nullptr};
            const bool done = !is_too_far<is_plain>(reference) &&
                              logits<is_plain>(b).template raise<finds_top>(
                                  reference, powers_, ahead, block_[b]);
            if (!done) block_[b].exponent = not_a_number;
        }
    }
    template <bool is_plain>
    bool join_blocks() {
        for (Index b = 0; b < blocks_; ++b) {
            if (block_[b].exponent != block_[b].exponent) return false;
        }
        join<is_plain>();
        return true;
    }

    template <bool is_plain>
    RowTotals<N> totals() const {
        if (joined_.rest != joined_.rest) {
            joined_.largest = largest_power<is_plain>();
            joined_.rest = (joined_.sum.high - joined_.largest) + joined_.sum.low;
            // The difference has lost digits.
            if (joined_.rest < joined_.largest) joined_.rest = sum_of_others();
        }
        RowTotals<N> found{all_of<N>(joined_.top), all_of<N>(joined_.largest), {}};
        for (Index h = 0; h < N::halves; ++h) found.rest[h] = splat(joined_.rest);
        return found;
    }
    RunningSum sum() const { return joined_.sum; }

    // The entry whose probability is more than 1/2; -1 if there is none.
    template <bool is_plain>
    Index likeliest() const {
        const double most = largest_power<is_plain>();
        const Index b = joined_.top_block;
        if (!(2.0 * most > joined_.sum.high) || b < 0) return -1;
        const Number* e = powers_of(b);
        for (Index i = first_entry(b); i < end_entry(b); ++i) {
            if (static_cast<double>(*e++) * block_[b].shift == most) return i;
        }
        return -1;
    }

    // The sum over the row of term(e, i), with the powers e of a vector from entry i on.
    template <class Term>
    SOFTGRAD_INLINE double sum_of(const Term& term) const {
        LongSum<N> sum;
        for (Index b = first_; b < last_; ++b) {
            const Vector shift = this->shift(b);
            const auto* e = reinterpret_cast<const Vector*>(powers_of(b));
            const Index end = vectors_of(b);
            Index k = 0;
            const auto next = [&]() __attribute__((always_inline)) {
                const Vector x = term(e[k] * shift, first_entry(b) + k * N::count);
                ++k;
                return x;
            };
            while (k + 4 <= end) {
                const Vector first = next(), second = next(), third = next(), fourth = next();
                sum.add(first, second, third, fourth);
            }
            while (k < end) sum.add(next());
        }
        const RunningSum total = sum.across();
        return total.high + total.low;
    }

    // A vector of another row of as many entries, from entry i on; 0 beyond its end.
    SOFTGRAD_INLINE Vector numbers(const char* row, Index i) const {
        if (__builtin_expect(i + N::count <= classes_, true)) {
            return N::template load<T>(row + i * size);
        }
        return N::template load_some<T>(row + i * size, classes_ - i);
    }

    // The power of an entry.
    double power_of(Index entry) const {
        const Index b = entry / block_entries;
        return static_cast<double>(powers_of(b)[entry - first_entry(b)]) * block_[b].shift;
    }

    // The entries of a block: their powers, until those of another are asked for, and what makes
    // these powers of the whole row.
    Index first_block() const { return first_; }
    Index last_block() const { return last_; }  // behind it
    bool has_last_block() const { return last_ == blocks_; }
    Index first_entry(Index block) const { return block * block_entries; }
    Index end_entry(Index block) const {
        return block + 1 < blocks_ ? first_entry(block + 1) : classes_;
    }
    Vector shift(Index block) const { return all_of<N>(block_[block].shift); }
    const Number* powers_of(Index block) const {
        if (blocks_ > most_kept) {
            const double reference = block_[block].reference;
            is_plain_ ? logits<true>(block).raise_again(reference, powers_)
                      : logits<false>(block).raise_again(reference, powers_);
        }
        return reinterpret_cast<const Number*>(powers_ + place_of(block));
    }

private:
    Index vectors_of(Index block) const {
        return (end_entry(block) - first_entry(block) + N::count - 1) / N::count;
    }
    Index place_of(Index block) const { return blocks_ > most_kept ? 0 : block * block_vectors; }

    template <bool is_plain>
    LogitBlock<N, T, is_plain> logits(Index b) const {
        return {work_, z_ + first_entry(b) * size, end_entry(b) - first_entry(b)};
    }
    template <bool is_plain>
    auto powers_by(double reference) const {
        return typename LogitBlock<N, T, is_plain>::Powers(all_of<N>(reference), work_.inverse);
    }

    template <bool is_plain>
    bool is_too_far(Number z) const {
        return LogitBlock<N, T, is_plain>::is_too_far(z, work_.inverse);
    }
    template <bool is_plain>
    Number first_reference() const {
        constexpr Index seen = 128;
        return logits<is_plain>(0).maximum(classes_ < seen ? classes_ : seen);
    }
    template <bool is_plain>
    bool find_reference(Number& reference) const {
        reference = first_reference<is_plain>();
        if (!is_too_far<is_plain>(reference)) return true;
        for (Index b = 0; b < blocks_; ++b) {
            const Number top = logits<is_plain>(b).maximum(end_entry(b) - first_entry(b));
            reference = b == 0 || top > reference ? top : reference;
        }
        return !is_too_far<is_plain>(reference);
    }

    // What the blocks have in common.
    template <bool is_plain>
    void join() {
        Index at = 0;
        double exponent = block_[0].exponent;
        for (Index b = 1; b < blocks_; ++b) {
            if (block_[b].top > block_[at].top) at = b;
            if (block_[b].exponent > exponent) exponent = block_[b].exponent;
        }
        joined_ = {{}, block_[at].top, at, 0.0, not_a_number, not_a_number};
        if (work_.ghost > -infinity) add_ghost<is_plain>(exponent);
        for (Index b = 0; b < blocks_; ++b) {
            RaisedBlock& block = block_[b];
            block.shift = __builtin_ldexp(1.0, static_cast<int>(block.exponent - exponent));
            joined_.sum.add(block.sum.times(block.shift));
        }
    }

    // A ghost far above all entries is what its row is raised by, and `exponent` becomes its own.
    template <bool is_plain>
    void add_ghost(double& exponent) {
        const auto power = powers_by<is_plain>(work_.ghost);
        const auto own = static_cast<double>(power.exponent()[0]);
        if (own > exponent) exponent = own;
        if (work_.ghost > joined_.top) {
            joined_.top = work_.ghost;
            joined_.top_block = -1;
        }
        joined_.ghost = __builtin_ldexp(static_cast<double>(power(all_of<N>(work_.ghost))[0]),
                                        static_cast<int>(own - exponent));
        joined_.sum.add(joined_.ghost);
    }

    template <bool is_plain>
    double largest_power() const {
        if (joined_.top_block < 0) return joined_.ghost;
        const RaisedBlock& block = block_[joined_.top_block];
        const auto power = powers_by<is_plain>(block.reference);
        return static_cast<double>(power(all_of<N>(joined_.top))[0]) * block.shift;
    }

    // All powers but one of the largest.
    double sum_of_others() const {
        const Index top = joined_.top_block;
        RunningSum others;
        for (Index b = 0; b < blocks_; ++b) {
            if (b != top) others.add(block_[b].sum.times(block_[b].shift));
        }
        if (top >= 0) {
            others.add(joined_.ghost);
            others.add(sum_of_others_in(top).times(block_[top].shift));
        }
        return others.high + others.low;
    }
    RunningSum sum_of_others_in(Index b) const {
        const auto* e = reinterpret_cast<const Vector*>(powers_of(b));
        Vector most = {};
        LongSum<N> sum;
        for (Index k = 0; k < vectors_of(b); ++k) {
            sum.add(smallest(most, e[k]));
            most = largest(e[k], most);
        }
        RunningSum others = sum.across();
        double top = 0.0;
        for (Index l = 0; l < N::count; ++l) {
            const auto x = static_cast<double>(most[l]);
            others.add(x > top ? top : x);
            top = x > top ? x : top;
        }
        return others;
    }

    const SoftmaxWork& work_;
    Index classes_;
    Index blocks_;
    Index first_ = 0, last_;  // of the blocks at hand
    Vector* powers_;
    JoinedBlocks& joined_;
    RaisedBlock* block_;
    const char* z_ = nullptr;
    bool is_plain_ = true;
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
