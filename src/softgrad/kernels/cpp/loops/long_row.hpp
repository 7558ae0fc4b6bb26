// One long row of logits as raised powers, and what they add up to.
#pragma once

#include "long_row_blocks.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

template <class N, class T>
class LongRow : public BlocksOfRow<N, T> {
    using Base = BlocksOfRow<N, T>;
    using Vector = typename N::Vector;
    using Number = typename N::Number;
    static constexpr Index size = sizeof(T);
    using Base::block_, Base::blocks_, Base::classes_, Base::first_, Base::joined_, Base::last_;
    using Base::vectors_of, Base::work_;

public:
    using Base::block_entries, Base::end_entry, Base::first_entry, Base::powers_of;
    using Base::raise_blocks, Base::start;

    LongRow(const SoftmaxWork& work, Workspace& workspace)
        : LongRow(work, workspace, workspace.take(Base::packs_of_state(work.job.classes))) {}
    // With its state in memory that others see, too.
    LongRow(const SoftmaxWork& work, Workspace& workspace, void* state)
        : Base(work, workspace, state) {}

    // The powers of the row at z; false if it is infinite or too far out. `beside`, if that is not
    // null, and `next` are what will be read afterwards.
    template <bool is_plain, bool finds_top>
    bool raise(const char* z, const char* beside, const char* next) {
        if (!this->template raise_all<is_plain, finds_top>(z, beside, next)) return false;
        join<is_plain>();
        return true;
    }

    // The same in steps, after `start` and `raise_blocks`: these, and what is done afterwards, may be of
    // some blocks only.
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
    JoinedBlocks& joined() const { return joined_; }

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
        double found[1];
        add_up([&](Vector e, Index i, Vector(&terms)[1])
                   __attribute__((always_inline)) { terms[0] = term(e, i); },
               found);
        return found[0];
    }
    // Several, of terms(e, i, to).
    template <int many, class Terms>
    SOFTGRAD_INLINE void add_up(const Terms& terms, double (&found)[many]) const {
        LongSum<N> sum[many];
        for (Index b = first_; b < last_; ++b) {
            const Vector shift = this->shift(b);
            const auto* e = reinterpret_cast<const Vector*>(powers_of(b));
            const Index end = vectors_of(b);
            Index k = 0;
            const auto next = [&](Vector(&to)[many]) __attribute__((always_inline)) {
                terms(e[k] * shift, first_entry(b) + k * N::count, to);
                ++k;
            };
            while (k + 4 <= end) {
                Vector x[4][many];
                for (auto& to : x) next(to);
                for (int i = 0; i < many; ++i) sum[i].add(x[0][i], x[1][i], x[2][i], x[3][i]);
            }
            while (k < end) {
                Vector x[many];
                next(x);
                for (int i = 0; i < many; ++i) sum[i].add(x[i]);
            }
        }
        for (int i = 0; i < many; ++i) {
            const RunningSum total = sum[i].across();
            found[i] = total.high + total.low;
        }
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

private:
    // What the blocks have in common.
    template <bool is_plain>
    void join() {
        Index at = 0;
        double exponent = block_[0].exponent;
        for (Index b = 1; b < blocks_; ++b) {
            if (block_[b].top > block_[at].top) at = b;
            if (block_[b].exponent > exponent) exponent = block_[b].exponent;
        }
        joined_ = {{}, block_[at].top, at, 0.0, not_a_number, not_a_number, -1.0, 0.0, 0.0};
        if (work_.ghost > -infinity) add_ghost<is_plain>(exponent);
        for (Index b = 0; b < blocks_; ++b) {
            RaisedBlock& block = block_[b];
            const double above = block.exponent - exponent;
            block.shift = above == 0.0 ? 1.0 : __builtin_ldexp(1.0, static_cast<int>(above));
            joined_.sum.add(block.sum.times(block.shift));
        }
    }

    // A ghost far above all entries is what its row is raised by, and `exponent` becomes its own.
    template <bool is_plain>
    void add_ghost(double& exponent) {
        const auto power = this->template powers_by<is_plain>(work_.ghost);
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
        if (joined_.largest == joined_.largest) return joined_.largest;
        if (joined_.top_block < 0) return joined_.ghost;
        const RaisedBlock& block = block_[joined_.top_block];
        const auto power = this->template powers_by<is_plain>(block.reference);
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
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
