// Sigmoid with cross-entropy in float32: with u = exp(-|z|) and x = u / (1 + u), the probability of
// the less likely side,
//     value      t |z| left of 0, (1 - t) z right of it, plus log(1 + u)
//     gradient   x - t and (1 - t) - x: p - t, which loses nothing where t is 0 or 1
//     Hessian    x / (1 + u)
#pragma once

#include "../arithmetic/numbers.hpp"
#include "../arithmetic/streaming.hpp"
#include "../stages/stages.hpp"
#include "tiling.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

inline bool is_sigmoid(const ActivationStages& activation) {
    return std::strcmp(activation.name, "sigmoid") == 0;
}

struct CoinFloats {
    using Some = Wides<4>;
    static constexpr Index at_once = Some::lanes_of_all;
    static constexpr float farthest = farthest_coin;

    Some value, gradient, hessian;

    SOFTGRAD_INLINE CoinFloats(Some z, Some t, float scale) {
        const CoinOdds<Some> odds = coin_odds(z);
        const Some size = odds.size, x = odds.small, other = 1.0f - t;
        const auto right = z > 0.0f;
        const Some near = size * select(right, other, t) + odds.log_one_plus_u;
        value = select(size > farthest, Some::of(not_a_float), near);
        gradient = scale * select(right, other - x, x - t);
        hessian = scale * (x * odds.inverse);
    }

    static constexpr float not_a_float = std::numeric_limits<float>::quiet_NaN();

    SOFTGRAD_INLINE static Some load(const char* from) {
        return Some::load(reinterpret_cast<const float*>(from));
    }

    static StreamedRun run_of(char* to, Index entries, bool streams) {
        return StreamedRun(to, entries * static_cast<Index>(sizeof(float)), to && streams);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
