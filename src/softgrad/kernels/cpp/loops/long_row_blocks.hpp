// The blocks of a long row of logits, raised.
//
// A block has powers of its own largest logit; where powers that are too large become infinite, all
// have those of one reference, the largest of the row's first entries, but for a block whose logits
// are too far above it. Blocks differ by a power of two alone, so a row of any length is read from
// memory once. Of some blocks the powers are kept; of more they are raised again where they are asked
// for, which takes less time than their way out of the first cache and back.
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
    double label, logit, power;  // of the row's label, for when results stand where its logits were
};

template <class N, class T>
class BlocksOfRow {
protected:
    using Vector = typename N::Vector;
    using Number = typename N::Number;
    static constexpr Index size = sizeof(T);
    static constexpr Index block_vectors = 8192 / pack_bytes;
    // Blocks whose powers are kept: where raising them again takes longer than to fetch them from the
    // second cache, as many as that holds.
    static constexpr bool raises_quickly = RaisedPowers<N, true, sizeof(T) == 2>::overflows;
    static constexpr Index most_kept = raises_quickly ? 4 : 128;

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
    static Index packs(Index classes) { return packs_of_powers(classes) + packs_of_state(classes); }

    // The entries of a block: their powers, until those of another are asked for, and what makes
    // these powers of the whole row.
    Index first_block() const { return first_; }
    Index last_block() const { return last_; }  // behind it
    bool has_last_block() const { return last_ == blocks_; }
    Index first_entry(Index block) const { return block * block_entries; }
    Index end_entry(Index block) const {
        return block + 1 < blocks_ ? first_entry(block + 1) : classes_;
    }
    bool keeps_powers() const { return keeps_; }
    // Calls use(power, last) with functions of an entry's number in the row: the powers from it on of
    // as many entries as a vector has, and of those that are left of the block.
    template <class Use>
    SOFTGRAD_INLINE void use_powers(Index block, const Use& use) const {
        const Index first = first_entry(block);
        const auto use_again = [&](const auto& part) __attribute__((always_inline)) {
            const auto again = part.again(block_[block].reference);
            use([&](Index i) __attribute__((always_inline)) { return again(i - first); },
                [&](Index i) { return again.last(i - first); });
        };
        if (keeps_powers()) {
            const Number* powers = powers_of(block);
            const auto kept = [=](Index i) __attribute__((always_inline)) {
                return load_unaligned<Vector>(powers + (i - first));
            };
            use(kept, kept);
        } else if (is_plain_) {
            use_again(logits<true>(block));
        } else {
            use_again(logits<false>(block));
        }
    }
    Vector shift(Index block) const { return all_of<N>(block_[block].shift); }
    const Number* powers_of(Index block) const {
        if (!keeps_powers()) {
            const double reference = block_[block].reference;
            is_plain_ ? logits<true>(block).raise_again(reference, powers_)
                      : logits<false>(block).raise_again(reference, powers_);
        }
        return reinterpret_cast<const Number*>(powers_ + place_of(block));
    }

protected:
    BlocksOfRow(const SoftmaxWork& work, Workspace& workspace, void* state)
        : work_(work),
          classes_(work.job.classes),
          blocks_(blocks_of(classes_)),
          last_(blocks_),
          powers_(reinterpret_cast<Vector*>(workspace.take(packs_of_powers(classes_)))),
          joined_(*static_cast<JoinedBlocks*>(state)),
          block_(reinterpret_cast<RaisedBlock*>(&joined_ + 1)) {}

    template <bool is_plain>
    void start(const char* z, Index first, Index last) {
        z_ = z;
        is_plain_ = is_plain;
        keeps_ = false;
        first_ = first;
        last_ = last;
    }

    // False if the row is infinite or too far out. `beside`, if that is not null, and `next` are what
    // will be read afterwards.
    template <bool is_plain, bool finds_top>
    bool raise_all(const char* z, const char* beside, const char* next) {
        start<is_plain>(z, 0, blocks_);
        keeps_ = blocks_ <= most_kept;
        Number reference;
        if (!find_reference<is_plain>(reference)) return false;
        for (Index b = 0; b < blocks_; ++b) {
            const char* start = beside ? beside + first_entry(b) * size : nullptr;
            const ReadAhead ahead{b + 1 < blocks_ ? z + first_entry(b + 1) * size : next, start};
            const bool done = logits<is_plain>(b).template raise<finds_top>(
                reference, keeps_powers() ? powers_ + place_of(b) : nullptr, ahead, block_[b]);
            if (!done) return false;
        }
        return true;
    }
    // Of the blocks at hand; the exponent of one that is infinite or too far out is NaN.
    template <bool is_plain, bool finds_top>
    void raise_blocks() {
        const Number reference = first_reference<is_plain>();
        for (Index b = first_; b < last_; ++b) {
            const ReadAhead ahead{z_ + first_entry(b + 1 < blocks_ ? b + 1 : b) * size, nullptr};
            const bool done =
                !is_too_far<is_plain>(reference) &&
                logits<is_plain>(b).template raise<finds_top>(reference, nullptr, ahead, block_[b]);
            if (!done) block_[b].exponent = not_a_number;
        }
    }

    Index vectors_of(Index block) const {
        return (end_entry(block) - first_entry(block) + N::count - 1) / N::count;
    }
    Index place_of(Index block) const { return keeps_ ? block * block_vectors : 0; }

    template <bool is_plain>
    LogitBlock<N, T, is_plain> logits(Index b) const {
        return {work_, z_ + first_entry(b) * size, end_entry(b) - first_entry(b)};
    }
    template <bool is_plain>
    auto powers_by(double reference) const {
        return typename LogitBlock<N, T, is_plain>::Powers(all_of<N>(reference), work_.inverse);
    }

    const SoftmaxWork& work_;
    Index classes_;
    Index blocks_;
    Index first_ = 0, last_;  // of the blocks at hand
    Vector* powers_;
    JoinedBlocks& joined_;
    RaisedBlock* block_;
    const char* z_ = nullptr;
    bool keeps_ = false;
    bool is_plain_ = true;

private:
    template <bool is_plain>
    bool is_too_far(Number z) const {
        return LogitBlock<N, T, is_plain>::is_too_far(z, work_.inverse);
    }
    template <bool is_plain>
    Number first_reference() const {
        if (!LogitBlock<N, T, is_plain>::Powers::overflows) return {};  // each block has its own
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
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
