// A Bregman divergence F(z) - F(a) - F'(a) (z - a) near a: the integral of (z - u) F''(u) from a to
// z, by a quadrature rule with positive weights, so that nothing is subtracted.
#pragma once

#include "relative_entropy.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace near_divergence_constants {
// Nodes and weights of Gauss's rule for the integral of s f(s) over [0, 1] (Jacobi polynomials
// P_12^(0, 1); DLMF 3.5.v): exact for polynomials up to degree 23.
inline constexpr double nodes[] = {
    0.02156206316585036, 0.07105789873558899, 0.1454474562350641, 0.24040111047477294,
    0.350399349722745,   0.46904915068718234, 0.5894549187985423, 0.7046191157374198,
    0.807848945470146,   0.8931455091165234,  0.9555535368445923, 0.9914609450115726,
};
inline constexpr double weights[] = {
    0.0007751822209380283, 0.004444807795668462, 0.012436009166422266, 0.02487678040926543,
    0.040451653706913615,  0.05661384371366763,  0.0701093399976301,   0.07769631681553103,
    0.076896602680041,     0.06660675062667319,  0.04742785198037747,  0.021664860886871768,
};
}  // namespace near_divergence_constants

// The divergence of z from a = z - step: step^2 times the mean of s F''(z - s step), s in [0, 1].
// `slope` is F''; it should vary little over a step (by a factor of 10, say).
template <class Slope>
SOFTGRAD_INLINE Pack near_divergence(Slope slope, Pack z, Pack step) {
    using namespace near_divergence_constants;
    Pack total = {};
    for (int i = 0; i < 12; ++i) total += weights[i] * slope(z - nodes[i] * step);
    return step * (step * total);
}

// A divergence of coins, completed for t = 0 and 1, where it is at_zero and at_one, for infinite z
// and for targets that are no probability.
SOFTGRAD_INLINE Pack completed_divergence(Pack z, Pack t, Pack value, Pack at_zero, Pack at_one) {
    const Pack finite = select(t == 0.0, at_zero, select(t == 1.0, at_one, value));
    const Mask certain = ((t == 0.0) & (z < 0.0)) | ((t == 1.0) & (z > 0.0));
    const Pack at_end = select(certain, Pack{}, splat(infinity));
    const Pack inside = select(absolute(z) == infinity, at_end, finite);
    const Pack completed = select((t < 0.0) | (t > 1.0), splat(infinity), inside);
    return select(is_nan(z) | is_nan(t), splat(not_a_number), completed);
}

// r - 1 - log r >= 0 for r > 0, given x = r - 1 accurately; infinite at r = 0 and r = inf.
SOFTGRAD_INLINE Pack log_excess(Pack r, Pack x) {
    return select(x < -0.5, (r - 1.0) - logarithm(r), -log1pmx(x));
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
