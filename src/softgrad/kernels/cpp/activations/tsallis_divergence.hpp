// The Bregman divergence of the Tsallis entropies, without cancellation (contracts/bregman.py).
#pragma once

#include "../arithmetic/exponential_minus_one.hpp"
#include "../arithmetic/near_divergence.hpp"
#include "../arithmetic/power.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// [t^a - p^a - a p^(a-1) d] / (a (a - 1)) >= 0 for a = alpha > 1 and d = t - p. Near t = p it is a
// mean of positive terms; elsewhere no term cancels more than a few bits.
template <class P>
SOFTGRAD_INLINE Pack tsallis_divergence(Pack t, Pack p, Pack d, double alpha) {
    const double rate = alpha - 1.0;
    const Mask positive = p > 0.0, given = t > 0.0;
    const Pack one = select(positive, p, splat(1.0));
    // Nodes that are enough for x^8 are not for x^98.
    const double reach = alpha > 10.0 ? 8.0 / (alpha - 2.0) : 1.0;
    const Mask near = positive & (d >= -0.5 * reach * p) & (d <= reach * p);
    Pack inner = {};
    if (any(near)) {
        const auto slope = [&](Pack u) { return power<P>(u, alpha - 2.0); };
        const Pack step = where(near, d);
        inner = near_divergence(slope, one + step, step);
    }
    const Pack alone = where(given, power<P>(select(given, t, splat(1.0)), alpha) / (alpha * rate));
    const Pack raised = power<P>(one, rate);
    // (t^(a - 1) - p^(a - 1)) / (a - 1)
    const Pair log_t = log_pair(select(given & positive, t, one)), log_p = log_pair(one);
    const Pack log_ratio = rounded(add(log_t, Pair{-log_p.high, -log_p.low}));
    const Pack growth = raised * (exponential_minus_one<P>(rate * log_ratio) / rate);
    const Pack outer = select(t == 0.0, raised * one, t * growth - raised * d) / alpha;
    return select(positive, select(near, inner, outer), alone + (t - t) + (p - p));
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
