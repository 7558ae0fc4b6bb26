// The Bregman divergence of K(z) = z Phi(z) + phi(z): the canonical loss of probit.
#pragma once

#include "near_divergence.hpp"
#include "normal_quantile.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// K(z) = Phi(-|z|) g(|z|) + max(0, z), with g the excess of the Mills ratio.
SOFTGRAD_INLINE Pack normal_potential(Pack z) {
    const Pack size = absolute(z);
    return largest(Pack{}, z) + normal_cdf<Precise>(-size) * mills_excess(size);
}

// K(z) + K*(t) - t z; infinite for t outside [0, 1]. Always precise.
//
// The target belongs to a = Phi^-1(t). As K(z) - z = K(-z), the divergence of (z, t) is that of
// (-z, 1 - t): far from the target, the side with a + z <= 0 is taken, where K is small.
inline Pack normal_divergence(Pack z, Pack t) {
    const Pack inside = select((t > 0.0) & (t < 1.0), t, splat(0.5));
    const Pack a = normal_quantile(inside, 1.0 - inside);
    const Pack there = select(absolute(z) == infinity, Pack{}, z);
    const Pack step = there - a;
    const Pack scale = 1.0 + largest(absolute(a), absolute(there));
    const Mask is_near = absolute(step) * scale < 3.0;
    const auto slope = [](Pack u) { return normal_pdf<Precise>(u); };
    const Pack near = near_divergence(slope, there, where(is_near, step));

    const Mask mirrored = a + there > 0.0;
    const Pack sign = select(mirrored, splat(-1.0), splat(1.0));
    const Pack aim = select(mirrored, 1.0 - inside, inside);
    const Pack far =
        normal_potential(sign * there) - multiply_add(aim, sign * step, normal_potential(sign * a));
    return completed_divergence(z, t, select(is_near, near, far), normal_potential(there),
                                normal_potential(-there));
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
