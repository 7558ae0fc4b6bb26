// One long row of logits as blocks of raised powers.
//
// A block is small enough to stay in the first cache between its maximum and its exponentials.
// Each has powers of its own largest logit; those of two blocks differ by a power of two alone, so
// a row of any length is read from memory once.
#pragma once

#include "../stages/workspace.hpp"
#include "softmax_work.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

template <class N, class T>
class LongRow {
    using Vector = typename N::Vector;
    static constexpr Index size = sizeof(T);
    static constexpr Index vector_bytes = N::count * size;
    static constexpr Index block_vectors = 8192 / pack_bytes;
    static constexpr Index block_entries = block_vectors * N::count;

    struct Block {
        double top;       // the largest logit
        double exponent;  // of the powers
        RunningSum sum;
        double shift;     // what makes them powers of the whole row
    };

    static Index blocks_of(Index classes) { return (classes + block_entries - 1) / block_entries; }

public:
    static Index packs(Index classes) {
        const Index blocks = blocks_of(classes);
        return blocks * block_vectors + (blocks * sizeof(Block) + pack_bytes - 1) / pack_bytes;
    }

    LongRow(const SoftmaxWork& work, Workspace& workspace)
        : work_(work),
          classes_(work.job.classes),
          blocks_(blocks_of(classes_)),
          powers_(reinterpret_cast<Vector*>(workspace.take(blocks_ * block_vectors))),
          block_(
              reinterpret_cast<Block*>(workspace.take(packs(classes_) - blocks_ * block_vectors))) {
    }

    // The powers of the row at z; false if it is infinite or too far out. `beside`, if that is not
    // null, and `next` are what will be read afterwards. With a plain row, sign and temperature are
    // those of softmax itself.
    template <bool is_plain>
    bool raise(const char* z, const char* beside, const char* next) {
        for (Index b = 0; b < blocks_; ++b, z += block_entries * size) {
            const char* ahead = b + 1 < blocks_ ? z + block_entries * size : next;
            if (!raise_block<is_plain>(b, z, beside, ahead)) return false;
            if (beside) beside += block_entries * size;
        }
        top_ = block_[0].top;
        double exponent = block_[0].exponent;
        for (Index b = 1; b < blocks_; ++b) {
            if (block_[b].top <= top_) continue;
            top_ = block_[b].top;
            exponent = block_[b].exponent;
        }
        sum_ = {};
        ghost_ = 0.0;
        if (work_.ghost > -infinity) add_ghost<is_plain>(exponent);
        for (Index b = 0; b < blocks_; ++b) {
            block_[b].shift = __builtin_ldexp(1.0, static_cast<int>(block_[b].exponent - exponent));
            sum_.add(block_[b].sum.times(block_[b].shift));
        }
        return true;
    }

    template <bool is_plain>
    RowTotals<N> totals() const {
        const RaisedPowers<N, is_plain> power(all_of<N>(top_), work_.inverse);
        RowTotals<N> found{all_of<N>(top_), power(all_of<N>(top_)), {}};
        const auto most = static_cast<double>(found.largest[0]);
        double rest = (sum_.high - most) + sum_.low;
        if (rest < most) rest = sum_of_others();  // the difference has lost digits
        for (Index h = 0; h < N::halves; ++h) found.rest[h] = splat(rest);
        return found;
    }
    RunningSum sum() const { return sum_; }

    // Makes the powers of all blocks those of the whole row.
    void join() {
        for (Index b = 0; b < blocks_; ++b) {
            const Vector shift = all_of<N>(block_[b].shift);
            if (block_[b].shift == 1.0) continue;
            Vector* e = powers_ + b * block_vectors;
            for (Index k = 0; k < vectors_of(b); ++k) e[k] *= shift;
            block_[b].shift = 1.0;
        }
    }

    // The entry whose probability is more than 1/2; -1 if there is none.
    template <bool is_plain>
    Index likeliest() const {
        const RaisedPowers<N, is_plain> power(all_of<N>(top_), work_.inverse);
        const typename N::Number most = power(all_of<N>(top_))[0];
        if (!(2.0 * static_cast<double>(most) > sum_.high)) return -1;
        const auto* powers = reinterpret_cast<const typename N::Number*>(powers_);
        for (Index k = 0; k < classes_; ++k) {
            if (powers[k] == most && block_[k / block_entries].shift == 1.0) return k;
        }
        return -1;
    }

    // The sum over the row of term(e, i), with the powers e of a vector from entry i on.
    template <class Term>
    SOFTGRAD_INLINE double sum_of(const Term& term) const {
        LongSum<N> sum;
        for (Index b = 0; b < blocks_; ++b) {
            const Vector shift = all_of<N>(block_[b].shift);
            const Index end = b * block_vectors + vectors_of(b);
            Index k = b * block_vectors;
            const auto next = [&]() __attribute__((always_inline)) {
                const Vector x = term(powers_[k] * shift, k * N::count);
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
        const auto* powers = reinterpret_cast<const typename N::Number*>(powers_);
        return static_cast<double>(powers[entry]) * block_[entry / block_entries].shift;
    }

    // The entries of a block: their powers, and what makes these powers of the whole row.
    Index blocks() const { return blocks_; }
    Index first_entry(Index block) const { return block * block_entries; }
    Index end_entry(Index block) const {
        return block + 1 < blocks_ ? first_entry(block + 1) : classes_;
    }
    Vector shift(Index block) const { return all_of<N>(block_[block].shift); }
    // One an entry; a vector from any of them on may be loaded.
    const typename N::Number* powers() const {
        return reinterpret_cast<const typename N::Number*>(powers_);
    }

private:
    Index vectors_of(Index block) const {
        const Index left = classes_ - block * block_entries;
        return left < block_entries ? (left + N::count - 1) / N::count : block_vectors;
    }

    // Vector k of a block of so many entries; beyond the row's end there are logits of -inf.
    template <bool is_plain>
    SOFTGRAD_INLINE Vector logits(const char* z, Index k) const {
        const Vector x = N::template load<T>(z + k * vector_bytes);
        return is_plain || !work_.negates ? x : -x;
    }
    template <bool is_plain>
    SOFTGRAD_INLINE Vector last_logits(const char* z, Index k, Index entries) const {
        const Vector x = N::template load_some<T>(z + k * vector_bytes, entries);
        const Vector there = is_plain || !work_.negates ? x : -x;
        const Vector end = all_of<N>(static_cast<double>(entries));
        return N::lane_numbers() < end ? there : all_of<N>(-infinity);
    }

    template <bool is_plain>
    bool raise_block(Index b, const char* z, const char* beside, const char* ahead) {
        const Index left = classes_ - b * block_entries;
        const Index entries = left < block_entries ? left : block_entries;
        const Index whole = entries / N::count;
        const Vector lowest = all_of<N>(-infinity);
        Vector found[4] = {lowest, lowest, lowest, lowest};
        Index k = 0;
        for (; k + 4 <= whole; k += 4) {
            for (Index i = 0; i < 4; ++i) {
                found[i] = largest(logits<is_plain>(z, k + i), found[i]);
            }
        }
        for (; k < whole; ++k) found[0] = largest(logits<is_plain>(z, k), found[0]);
        Vector last = lowest;
        if (entries % N::count) {
            last = last_logits<is_plain>(z, whole, entries % N::count);
            found[1] = largest(last, found[1]);
        }
        const Vector most = largest(largest(found[0], found[1]), largest(found[2], found[3]));
        const auto top = lane_maximum(most);
        const Vector tops = Vector{} + top;
        if (any(RaisedPowers<N, is_plain>::is_too_far(tops, work_.inverse))) return false;

        const RaisedPowers<N, is_plain> power(tops, work_.inverse);
        Vector* e = powers_ + b * block_vectors;
        LongSum<N> sum;
        for (k = 0; k + 4 <= whole; k += 4) {
            for (Index line = 0; line < 4 * vector_bytes; line += 64) {
                __builtin_prefetch(ahead + k * vector_bytes + line);
                if (beside) __builtin_prefetch(beside + k * vector_bytes + line);
            }
            for (Index i = 0; i < 4; ++i) e[k + i] = power(logits<is_plain>(z, k + i));
            sum.add(e[k], e[k + 1], e[k + 2], e[k + 3]);
        }
        for (; k < whole; ++k) {
            e[k] = power(logits<is_plain>(z, k));
            sum.add(e[k]);
        }
        if (entries % N::count) {
            e[whole] = power(last);
            sum.add(e[whole]);
        }
        block_[b] = {static_cast<double>(top), static_cast<double>(power.exponent()[0]),
                     sum.across(), 1.0};
        return true;
    }

    // A ghost above all entries is the top of its row, and `exponent` becomes that of its powers.
    template <bool is_plain>
    void add_ghost(double& exponent) {
        const Vector ghost = all_of<N>(work_.ghost);
        const RaisedPowers<N, is_plain> power(ghost, work_.inverse);
        const auto own = static_cast<double>(power.exponent()[0]);
        if (work_.ghost > top_) {
            top_ = work_.ghost;
            exponent = own;
        }
        ghost_ =
            __builtin_ldexp(static_cast<double>(power(ghost)[0]), static_cast<int>(own - exponent));
        sum_.add(ghost_);
    }

    // All powers but one of the largest.
    double sum_of_others() const {
        Vector most = {};
        LongSum<N> others;
        for (Index b = 0; b < blocks_; ++b) {
            const Vector shift = all_of<N>(block_[b].shift);
            const Vector* e = powers_ + b * block_vectors;
            for (Index k = 0; k < vectors_of(b); ++k) {
                const Vector x = e[k] * shift;
                others.add(smallest(most, x));
                most = largest(x, most);
            }
        }
        double top = ghost_, rest = 0.0;
        for (Index l = 0; l < N::count; ++l) {
            const auto x = static_cast<double>(most[l]);
            rest += x > top ? top : x;
            top = x > top ? x : top;
        }
        for (Index h = 0; h < N::halves; ++h) rest += lane_sum(others.half(h).high);
        return rest;
    }

    const SoftmaxWork& work_;
    Index classes_;
    Index blocks_;
    Vector* powers_;
    Block* block_;
    RunningSum sum_;
    double top_ = 0.0, ghost_ = 0.0;
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
