// A block of a long row of logits, and its raised powers: small enough to stay in the first cache
// between one and the other.
#pragma once

#include "softmax_work.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// What the row keeps of it. Blocks differ by powers of two alone.
struct RaisedBlock {
    double reference;  // a logit about as large as the largest: what the powers are raised by
    double exponent;   // of the powers
    double top;        // the largest logit; where nobody asks for it, `reference`
    RunningSum sum;
    double shift;      // what makes its powers those of the whole row
};

// Where to read from next, or null.
struct ReadAhead {
    const char* logits;
    const char* beside;
};

template <class N, class T, bool is_plain>
class LogitBlock {
    using Vector = typename N::Vector;
    using Number = typename N::Number;
    static constexpr Index size = sizeof(T);
    static constexpr Index vector_bytes = N::count * size;

public:
    using Powers = RaisedPowers<N, is_plain, size == 2>;

    // With a plain row, sign and temperature are those of softmax itself.
    LogitBlock(const SoftmaxWork& work, const char* z, Index entries)
        : inverse_(work.inverse), negates_(work.negates), z_(z), entries_(entries) {}

    // NaN is ignored.
    Number maximum(Index count) const {
        const Index whole = count / N::count;
        const Vector lowest = all_of<N>(-infinity);
        Vector found[4] = {lowest, lowest, lowest, lowest};
        Index k = 0;
        for (; k + 4 <= whole; k += 4) {
            for (Index i = 0; i < 4; ++i) found[i] = largest(logits(k + i), found[i]);
        }
        for (; k < whole; ++k) found[0] = largest(logits(k), found[0]);
        if (count % N::count) found[1] = largest(last_logits(whole, count % N::count), found[1]);
        const Vector most = largest(largest(found[0], found[1]), largest(found[2], found[3]));
        return lane_maximum(most);
    }

    static bool is_too_far(Number z, InverseTemperature inverse) {
        return any(Powers::is_too_far(Vector{} + z, inverse));
    }

    // Powers to `e`, by the row's reference where too large ones are seen to be so and there are none.
    // False if the block is infinite or too far out.
    template <bool finds_top>
    bool raise(Number reference, Vector* e, ReadAhead ahead, RaisedBlock& block) const {
        if constexpr (Powers::overflows) {
            raise_by<finds_top>(reference, e, ahead, block);
            if (block.sum.high > 0.0 && block.sum.high < largest_sum) return true;
        }
        const Number top = maximum(entries_);
        if (is_too_far(top, inverse_)) return false;
        raise_by<false>(top, e, ahead, block);
        return true;
    }

    // The same powers once more.
    void raise_again(double reference, Vector* e) const {
        const Powers power(all_of<N>(reference), inverse_);
        const Index whole = entries_ / N::count;
        for (Index k = 0; k < whole; ++k) e[k] = power(logits(k));
        if (entries_ % N::count) e[whole] = power(last_logits(whole, entries_ % N::count));
    }

private:
    // Reciprocals of larger sums would lose digits.
    static constexpr double largest_sum = 0x1p100;

    template <bool finds_top>
    void raise_by(Number reference, Vector* e, ReadAhead ahead, RaisedBlock& block) const {
        const Powers power(Vector{} + reference, inverse_);
        const Index whole = entries_ / N::count;
        Vector top = all_of<N>(-infinity);
        const auto raised = [&](Vector z) __attribute__((always_inline)) {
            if constexpr (finds_top) top = largest(z, top);
            return power(z);
        };
        LongSum<N> sum;
        Vector brief_sum[4] = {};  // enough for results of 16 bits
        Index k = 0;
        for (; k + 4 <= whole; k += 4) {
            for (Index line = 0; line < 4 * vector_bytes; line += 64) {
                __builtin_prefetch(ahead.logits + k * vector_bytes + line);
                if (ahead.beside) __builtin_prefetch(ahead.beside + k * vector_bytes + line);
            }
            for (Index i = 0; i < 4; ++i) e[k + i] = raised(logits(k + i));
            if constexpr (size == 2) {
                for (Index i = 0; i < 4; ++i) brief_sum[i] += e[k + i];
            } else {
                sum.add(e[k], e[k + 1], e[k + 2], e[k + 3]);
            }
        }
        if constexpr (size == 2) sum.add(brief_sum[0], brief_sum[1], brief_sum[2], brief_sum[3]);
        for (; k < whole; ++k) {
            e[k] = raised(logits(k));
            sum.add(e[k]);
        }
        if (entries_ % N::count) {
            e[whole] = raised(last_logits(whole, entries_ % N::count));
            sum.add(e[whole]);
        }
        block.reference = static_cast<double>(reference);
        block.exponent = static_cast<double>(power.exponent()[0]);
        block.top = finds_top ? static_cast<double>(lane_maximum(top)) : block.reference;
        block.sum = sum.across();
        block.shift = 1.0;
    }

    // Beyond the row's end there are logits of -inf.
    SOFTGRAD_INLINE Vector logits(Index k) const {
        const Vector x = N::template load<T>(z_ + k * vector_bytes);
        return is_plain || !negates_ ? x : -x;
    }
    SOFTGRAD_INLINE Vector last_logits(Index k, Index entries) const {
        const Vector x = N::template load_some<T>(z_ + k * vector_bytes, entries);
        const Vector there = is_plain || !negates_ ? x : -x;
        const Vector end = all_of<N>(static_cast<double>(entries));
        return N::lane_numbers() < end ? there : all_of<N>(-infinity);
    }

    InverseTemperature inverse_;
    bool negates_;
    const char* z_;
    Index entries_;
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
