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

    // Powers to `e`, if that is not null, by the row's reference where too large ones are seen to be so and there are none.
    // False if the block is infinite or too far out.
    template <bool finds_top>
    bool raise(Number reference, Vector* e, ReadAhead ahead, RaisedBlock& block) const {
        return e ? raise<finds_top, true>(reference, e, ahead, block)
                 : raise<finds_top, false>(reference, e, ahead, block);
    }

    // The same powers once more.
    void raise_again(double reference, Vector* e) const {
        const auto power = again(reference);
        const Index whole = entries_ / N::count;
        for (Index k = 0; k < whole; ++k) e[k] = power(k * N::count);
        if (entries_ % N::count) e[whole] = power.last(whole * N::count);
    }
    // One vector of them at a time, from any entry on.
    auto again(double reference) const {
        struct Again {
            Powers power;
            const LogitBlock& block;
            SOFTGRAD_INLINE Vector operator()(Index entry) const {
                return power(block.signed_as_softmax(N::template load<T>(block.z_ + entry * size)));
            }
            // Of the vector that ends the block.
            Vector last(Index entry) const {
                const Index left = block.entries_ - entry;
                if (left >= N::count) return (*this)(entry);
                const Vector z = N::template load_some<T>(block.z_ + entry * size, left);
                const Vector end = all_of<N>(static_cast<double>(left));
                const Vector there = block.signed_as_softmax(z);
                return power(N::lane_numbers() < end ? there : all_of<N>(-infinity));
            }
        };
        return Again{Powers(all_of<N>(reference), inverse_), *this};
    }

private:
    // Reciprocals of larger sums would lose digits.
    static constexpr double largest_sum = 0x1p100;

    template <bool finds_top, bool keeps>
    bool raise(Number reference, Vector* e, ReadAhead ahead, RaisedBlock& block) const {
        if constexpr (Powers::overflows) {
            raise_by<finds_top, keeps>(reference, e, ahead, block);
            if (block.sum.high > 0.0 && block.sum.high < largest_sum) return true;
        }
        const Number top = maximum(entries_);
        if (is_too_far(top, inverse_)) return false;
        raise_by<false, keeps>(top, e, ahead, block);
        return true;
    }

    template <bool finds_top, bool keeps>
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
            Vector found[4];
            for (Index i = 0; i < 4; ++i) found[i] = raised(logits(k + i));
            if constexpr (keeps) {
                for (Index i = 0; i < 4; ++i) e[k + i] = found[i];
            }
            if constexpr (size == 2) {
                for (Index i = 0; i < 4; ++i) brief_sum[i] += found[i];
            } else {
                sum.add(found[0], found[1], found[2], found[3]);
            }
        }
        if constexpr (size == 2) sum.add(brief_sum[0], brief_sum[1], brief_sum[2], brief_sum[3]);
        const auto add = [&](Vector power_of_one) {
            if constexpr (keeps) e[k] = power_of_one;
            sum.add(power_of_one);
        };
        for (; k < whole; ++k) add(raised(logits(k)));
        if (entries_ % N::count) add(raised(last_logits(whole, entries_ % N::count)));
        block.reference = static_cast<double>(reference);
        block.exponent = static_cast<double>(power.exponent()[0]);
        block.top = finds_top ? static_cast<double>(lane_maximum(top)) : block.reference;
        block.sum = sum.across();
        block.shift = 1.0;
    }

    // Beyond the row's end there are logits of -inf.
    SOFTGRAD_INLINE Vector logits(Index k) const {
        return signed_as_softmax(N::template load<T>(z_ + k * vector_bytes));
    }
    SOFTGRAD_INLINE Vector signed_as_softmax(Vector x) const {
        return is_plain || !negates_ ? x : -x;
    }
    SOFTGRAD_INLINE Vector last_logits(Index k, Index entries) const {
        const Vector x = N::template load_some<T>(z_ + k * vector_bytes, entries);
        const Vector there = signed_as_softmax(x);
        const Vector end = all_of<N>(static_cast<double>(entries));
        return N::lane_numbers() < end ? there : all_of<N>(-infinity);
    }

    InverseTemperature inverse_;
    bool negates_;
    const char* z_;
    Index entries_;
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
