// 1 - exp(-w) for w = exp z, with both sides of a coin from one exponential of w.
//
// In a tile, where each array makes its own, losses of both sides take 4 to 6 times as long.
#pragma once

#include "../stages/coin_sides.hpp"
#include "generated/activations/complementary_log_log.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct ComplementaryLogLog : generated::ComplementaryLogLog {
    static constexpr Reach reach = {-80.0f, 4.5f};

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
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
