// 1 - exp(-w) for w = exp z, with both sides of a coin from one exponential of w.
//
// In a tile, where each array makes its own, losses of both sides take 4 to 6 times as long.
#pragma once

#include "../arithmetic/wide_exponential.hpp"
#include "../arithmetic/wide_logarithm.hpp"
#include "../stages/coin_sides.hpp"
#include "generated/activations/complementary_log_log.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct ComplementaryLogLog : generated::ComplementaryLogLog {
    static constexpr Reach reach = {-80.0f, 4.45f};

    SOFTGRAD_INLINE static CoinSides<Pack> sides(Pack z) {
        using namespace exponential_constants;
        const Pack w = brief_exponential(z);
        // exp(-w) = power (1 + rest)
        const BriefReduction e(-w);
        const Pack power = power_of_two<0>(e.shifted);
        const Pack rest = power * (e.r * polynomial(e.r, brief_minus_one));
        const Pack q = power + rest, p = (1.0 - power) - rest;

        // log(1 + f) with f = -q where that is small.
        const Mask is_likely = p > 0.75;
        const Significand parts = significand(p);
        const Pack f = select(is_likely, -q, parts.f), k = where(~is_likely, parts.k);
        return {p, q, -BriefLogarithm(f).plus(k), w, w * q * brief_inverse(p), w};
    }

    // In float32 but for w, whose error exp(-w) would magnify, and what is left of it by log 2.
    SOFTGRAD_INLINE static CoinSides<Wides<1>> sides(Wides<1> z) {
        using namespace exponential_constants;
        Pack rates[2], rests[2], numbers[2];
        for (Index h = 0; h < 2; ++h) {
            rates[h] = brief_exponential(Singles::half(z.part[0], h));
            const BriefReduction e(-rates[h]);
            rests[h] = e.r;
            numbers[h] = e.shifted - round_to_integer;
        }
        const Wides<1> w = {{Singles::of(rates)}}, r = {{Singles::of(rests)}};
        const Wides<1> n = {{Singles::of(numbers)}};
        const WideDecay<Wides<1>> decay(n + wide_round<Wides<1>>(), r);
        const Wides<1> q = decay.value(), p = -decay.minus_one(1.0f);

        // -log p is log(w / p) - z, where the first is w / 2 and an even series; on the right it is
        // -log(1 - q).
        const Wides<1> square = w * w;
        const Wides<1> even = square * polynomial(square, to_even_part);
        const Wides<1> far = -wide_log_one_plus_part(-q);
        return {p, q, select(w < 0.69f, (0.5f * w - z) + even, far), w, w * q / p, w};
    }

private:
    // log(sinh(x / 2) / (x / 2)) / x^2, less its sign, in x^2.
    static constexpr float to_even_part[] = {-1.0f / 24.0f, 1.0f / 2880.0f, -1.0f / 181440.0f};
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
