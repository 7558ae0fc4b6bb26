// The two kinds of numbers that a loop may be written in once: as many float32 or float64 numbers
// as one register holds. (What is generic in both takes the kind as its template argument `N`.)
#pragma once

#include "../jobs.hpp"
#include "error_free.hpp"
#include "running_sum.hpp"
#include "wide_float.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Singles {
    using Number = float;
    using Vector = WideFloat;
    using Bits = WideBits;
    static constexpr Index count = wide_lanes;
    static constexpr Index halves = 2;  // packs of doubles that hold as many numbers

    SOFTGRAD_INLINE static Pack half(Vector x, Index h) {
        return h == 0 ? lower_half(x) : upper_half(x);
    }
    SOFTGRAD_INLINE static Vector of(const Pack (&halves)[2]) {
        return joined(halves[0], halves[1]);
    }
    template <class T>
    SOFTGRAD_INLINE static Vector load(const char* from) {
        return load_wide<T>(from);
    }
    template <class T>
    SOFTGRAD_INLINE static Vector load_some(const char* from, Index count) {
        return load_some_wide<T>(from, count);
    }
    template <class T>
    SOFTGRAD_INLINE static auto stored(Vector x) {
        return stored_wide<T>(x);
    }
    template <class T>
    SOFTGRAD_INLINE static void store(char* to, Vector x) {
        store_unaligned(to, stored_wide<T>(x));
    }
    template <class T>
    SOFTGRAD_INLINE static void store_some(char* to, Vector x, Index count) {
        softgrad::SOFTGRAD_INSTRUCTION_SET::store_some<T>(to, stored_wide<T>(x), count);
    }
    SOFTGRAD_INLINE static Vector lane_numbers() {
        const Pack numbers = softgrad::SOFTGRAD_INSTRUCTION_SET::lane_numbers();
        return joined(numbers, numbers + static_cast<double>(lanes));
    }
};

struct Doubles {
    using Number = double;
    using Vector = Pack;
    using Bits = BitsPack;
    static constexpr Index count = lanes;
    static constexpr Index halves = 1;

    SOFTGRAD_INLINE static Pack half(Vector x, Index) { return x; }
    SOFTGRAD_INLINE static Vector of(const Pack (&halves)[1]) { return halves[0]; }
    template <class T>
    SOFTGRAD_INLINE static Vector load(const char* from) {
        return load_unaligned<Pack>(from);
    }
    template <class T>
    SOFTGRAD_INLINE static Vector load_some(const char* from, Index count) {
        return load_some_numbers<Pack>(from, count);
    }
    template <class T>
    SOFTGRAD_INLINE static Vector stored(Vector x) {
        return x;
    }
    template <class T>
    SOFTGRAD_INLINE static void store(char* to, Vector x) {
        store_unaligned(to, x);
    }
    template <class T>
    SOFTGRAD_INLINE static void store_some(char* to, Vector x, Index count) {
        softgrad::SOFTGRAD_INSTRUCTION_SET::store_some<double>(to, x, count);
    }
    SOFTGRAD_INLINE static Vector lane_numbers() {
        return softgrad::SOFTGRAD_INSTRUCTION_SET::lane_numbers();
    }
};

// `work` of the kind of numbers that serves what is stored so.
template <class Work>
auto in_numbers_of(Storage storage, const Work& work) {
    return storage == Storage::float64 ? work(Doubles{}) : work(Singles{});
}

// A number in all lanes.
template <class N>
SOFTGRAD_INLINE typename N::Vector all_of(double x) {
    return typename N::Vector{} + static_cast<typename N::Number>(x);
}

// Division by a number a lane, rounded as if once: a probability of 1, or of 1 / 2, is exactly that.
template <class N>
class Divisor {
    using Vector = typename N::Vector;

public:
    // By numbers with twice the digits.
    explicit Divisor(const Pair* sums) {
        Pack high[N::halves], low[N::halves];
        for (Index h = 0; h < N::halves; ++h) {
            const Pair found = has_fma ? reciprocal(sums[h]) : sums[h];
            high[h] = found.high;
            low[h] = found.low;
        }
        high_ = N::of(high);
        for (Index h = 0; h < N::halves; ++h) low[h] += high[h] - N::half(high_, h);
        low_ = N::of(low);
    }

    SOFTGRAD_INLINE Vector operator()(Vector x) const {
        return has_fma ? multiply_add(x, high_, x * low_) : x / high_;
    }

    // By the numbers that `pick` takes of these.
    template <class Pick>
    SOFTGRAD_INLINE Divisor picked(const Pick& pick) const {
        return Divisor(pick(high_), pick(low_));
    }

private:
    Divisor(Vector high, Vector low) : high_(high), low_(low) {}

    Vector high_, low_;
};

// The sum of many numbers of one sign in each lane: of four at a time as they are, of those sums
// with twice the digits.
template <class N>
class LongSum;

template <>
class LongSum<Singles> {
public:
    SOFTGRAD_INLINE void add(WideFloat x) {
        low_ += lower_half(x);
        high_ += upper_half(x);
    }
    SOFTGRAD_INLINE void add(WideFloat a, WideFloat b, WideFloat c, WideFloat d) {
        add((a + b) + (c + d));
    }
    // Halves that are at hand as packs.
    SOFTGRAD_INLINE void add(Pack low, Pack high) {
        low_ += low;
        high_ += high;
    }
    SOFTGRAD_INLINE Pair half(Index h) const { return {h == 0 ? low_ : high_, Pack{}}; }
    SOFTGRAD_INLINE RunningSum across() const { return {lane_sum(low_ + high_), 0.0}; }

private:
    Pack low_ = {}, high_ = {};
};

template <>
class LongSum<Doubles> {
public:
    SOFTGRAD_INLINE void add(Pack x) {
        const Pair sum = two_sum(high_, x);
        high_ = sum.high;
        low_ += sum.low;
    }
    SOFTGRAD_INLINE void add(Pack a, Pack b, Pack c, Pack d) { add((a + b) + (c + d)); }
    SOFTGRAD_INLINE Pair half(Index) const { return fast_two_sum(high_, low_); }
    RunningSum across() const {
        RunningSum sum;
        sum.add(half(0));
        return sum;
    }

private:
    Pack high_ = {}, low_ = {};
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
