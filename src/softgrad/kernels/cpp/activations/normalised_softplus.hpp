// s(z_i) / sum_j s(z_j) with s(z) = log(1 + exp(z)).
//
// With t = exp(z) on the left and exp(-z) on the right, one exponential and one logarithm give all:
// the logarithm of 1 + t comes in two numbers, and taking t off the first leaves log(1 + t) - t,
// which the second derivative of log s needs on the left, without cancellation. (On the right it is
// a (q - a) with a = s' / s and q = 1 / (1 + exp(z)).)
#pragma once

#include "../stages/positive_weights.hpp"
#include "softplus.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace normalised_softplus_constants {
// (2 atanh(x) - 2 x) / x^3 as a polynomial in x^2 <= 1/9: of log(1 + t) with x = t / (2 + t), to
// 2^-36 (Chebyshev interpolation at 50 digits).
inline constexpr double tail[] = {
    0x1.55555553e7594p-1, 0x1.9999a0d3dcfedp-2, 0x1.248f579c7d0d0p-2,
    0x1.c7fb3587cdba6p-3, 0x1.65ad56d9e0064p-3, 0x1.a9bafb0c93ac9p-3,
};
}  // namespace normalised_softplus_constants

// softplus of beta = 1.
struct SoftplusFloats {
    static constexpr double parameters[most_parameters] = {1.0};

    template <class P>
    SOFTGRAD_INLINE static Pack value(Pack z, const double*) {
        return Softplus::value<P>(z, parameters);
    }
    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double*) {
        return Softplus::first<P>(z, parameters);
    }
    struct InFloats : Softplus::InFloats {
        static bool serves(const double*) { return true; }
    };
};

struct SoftplusWeight {
    using Floats = SoftplusFloats;
    // Left of this s(z) is exp(z) to the last digit, and a row that lies there is softmax's.
    static constexpr double exponential = -40.0;
    template <class P>
    static constexpr double least = 0x1.39792499b1a24p-58 * raise<P>;  // exp(-40)

    // Where the left ends. Beyond 0, a (q - a) still cancels a little, which only float64 shows.
    template <class P>
    static constexpr double left_end = P::precise ? 1.0 : 0.0;

    // Weights are s(z) exp(-shift) 2^raised.
    struct Frame {
        Pack raised;
        Pack factor;  // 2^raised
        Pack shift;  // the largest logit of a row that is low throughout, else 0
    };

    static SoftplusWeight of(const double*) { return {}; }

    template <class P>
    SOFTGRAD_INLINE Frame usual() const {
        return {splat(P::precise ? headroom : 0.0), splat(raise<P>), Pack{}};
    }
    template <class P>
    Frame unusual(const Pack* z, const Shape& shape) const {
        const Pack top = row_top(z, shape);
        const Mask low = (top < exponential) & (top > -infinity);
        // The weights of a row with such logits must not overflow; those that this rounds to 0
        // are 0 beside it.
        const Mask huge = top > 0x1p300;
        const Frame plain = usual<P>();
        return {select(huge, splat(-100.0), plain.raised),
                select(huge, splat(0x1p-100), plain.factor), where(low, top)};
    }

    template <class P>
    struct At {
        Pack z;
        Pack t;
        Pair one_plus_t;
        Pair log;  // of 1 + t
        Pack s;
        Pack weight;

        SOFTGRAD_INLINE WeightSlopes slopes() const {
            const Mask left = z < left_end<P>, low = z < exponential;
            const Pack both = one_plus_t.high, inverse = 1.0 / (both * s);
            const Pack p = select(left, t, splat(1.0)), q = select(left, splat(1.0), t);
            const Pack a = p * inverse, tail = q / both;
            const Pack gap = select(left, tail * less(tail) * (both * inverse), tail - a);
            return {select(low, splat(1.0), a), select(low, splat(1.0), a * tail),
                    select(low, -0.5 * t, a * gap)};
        }

        // log(1 + t) - t, given 1 / (1 + t). Between sqrt(2) and sqrt(8) the logarithm is that of
        // half of 1 + t, taken less 1, and what that rounds away would show.
        SOFTGRAD_INLINE Pack less(Pack inverse) const {
            const Pack plain = (log.high - t) + log.low;
            if constexpr (!P::precise) return plain;
            const Pack half = 0.5 * one_plus_t.high - 1.0, half_low = 0.5 * one_plus_t.low;
            const Pack lost = half_low - ((half + half_low) - half);
            const Mask halved = (one_plus_t.high >= 1.4143) & (one_plus_t.high < 2.828);
            return plain + where(halved, 2.0 * lost * inverse);
        }
    };

    template <class P, bool unusual>
    SOFTGRAD_INLINE At<P> at(Pack z, const Frame& frame) const {
        const Mask left = z < left_end<P>, low = z < exponential;
        const Pack raised = raised_exp<P>(Pair{select(left, z, -z), Pack{}});
        const Pack t = raised * (1.0 / raise<P>);
        const Pair sum = two_sum(splat(1.0), t);
        const Pair log = log_of<P>(t, sum);
        const Pack s = select(left, Pack{}, z) + rounded(log);
        Pack tiny = raised;
        if constexpr (unusual) {
            tiny = raised_exp<P>(distance_from(z, frame)) * (frame.factor * (1.0 / raise<P>));
        }
        return {z, t, sum, log, s, select(low, tiny, s * frame.factor)};
    }

    template <class P, bool unusual>
    SOFTGRAD_INLINE Pair log_weight(Pack z, Pack weight, const Frame& frame) const {
        const Mask low = z < exponential;
        const Pair tiny = unusual ? distance_from(z, frame) : Pair{z, Pack{}};
        const Pair log = log_of_normal(weight, Pack{}, -frame.raised);
        return {select(low, tiny.high, log.high), select(low, tiny.low, log.low)};
    }

private:
    // log(1 + t) in two numbers.
    template <class P>
    SOFTGRAD_INLINE static Pair log_of(Pack t, Pair one_plus_t) {
        if constexpr (P::precise) return log_of_normal(one_plus_t.high, one_plus_t.low);
        const Pack ratio = t / (2.0 + t), square = ratio * ratio;
        const Pack tail = polynomial(square, normalised_softplus_constants::tail);
        return {t, ratio * (square * tail - t)};
    }

    SOFTGRAD_INLINE static Pair distance_from(Pack z, const Frame& frame) {
        return distance<Precise, true>(z, frame.shift, Exponent{});
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
