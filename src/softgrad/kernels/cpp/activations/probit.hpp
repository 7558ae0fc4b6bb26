// Phi(z), with both sides of a coin from one exponential and one Mills ratio.
//
// In a tile, where each array makes its own, losses of both sides take 4 to 8 times as long.
#pragma once

#include "../stages/coin_sides.hpp"
#include "generated/activations/probit.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Probit : generated::Probit {
    static constexpr Reach reach = {-37.0f, 37.0f};

    // With a = |z| the less likely side is Phi(-a) = phi(a) D / A for the inverse Mills ratio A / D
    // (mills.hpp).
    SOFTGRAD_INLINE static CoinSides<Pack> sides(Pack z) {
        using namespace normal_constants;
        const Pack a = absolute(z), half_square = 0.5 * (a * a);
        const Pack under = polynomial(a, excess_under);
        const Pack over = multiply_add(a, under, polynomial(a, excess_over));
        const Pack inverse = brief_inverse(over * under);
        const Pack mills = under * under * inverse, steep = over * over * inverse;
        const Pack density = inverse_root_2_pi * brief_exponential(-half_square);
        const Pack small = density * mills, large = 1.0 - small;

        const Pack surprise = half_square + brief_log(root_2_pi * steep);
        const Pack little = brief_surprise_of_likely(small);
        const Pack gentle = density * brief_inverse(large);
        const Mask right = z > 0.0;
        return {select(right, large, small),     select(right, small, large),
                select(right, little, surprise), select(right, surprise, little),
                select(right, gentle, steep),    select(right, steep, gentle)};
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
