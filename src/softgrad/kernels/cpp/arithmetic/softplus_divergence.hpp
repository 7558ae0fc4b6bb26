// The integral P of softplus, and its Bregman divergence: the canonical loss of softplus.
//
// With v = log(1 + exp x), P = v + v^2 / 4 + sum of B_2k v^(2k+1) / (2k+1)! for x <= 0 (the Debye
// function, DLMF 24.2.1 integrated); right of 0 by P(x) + P(-x) = x^2 / 2 + pi^2 / 6
// (DLMF 25.12.4).
#pragma once

#include "logistic.hpp"
#include "near_divergence.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace softplus_constants {
// B_2k / (2k + 1)! for k = 1, 2, ...
inline constexpr double debye[] = {
    1.0 / 36.0,
    -1.0 / 3600.0,
    1.0 / 211680.0,
    -1.0 / 10886400.0,
    1.0 / 526901760.0,
    -691.0 / 16999766784000.0,
    1.0 / 1120863744000.0,
    -3617.0 / 181400588328960000.0,
};
inline constexpr double pi_squared_over_6 = 0x1.a51a6625307d3p+0;
}  // namespace softplus_constants

// P at x and at -x.
struct SoftplusPotential {
    Pack at;
    Pack mirrored;
};

SOFTGRAD_INLINE SoftplusPotential softplus_potential(Pack x) {
    using namespace softplus_constants;
    const Pack size = absolute(x);
    const Pack v = log_one_plus(Precise::exp(-size));
    const Pack square = v * v;
    const Pack quadratic = multiply_add(v, polynomial(square, debye), splat(0.25));
    const Pack below = multiply_add(square, quadratic, v);
    const Pack above = 0.5 * size * size + (pi_squared_over_6 - below);
    const Mask right = x > 0.0;
    return {select(right, above, below), select(right, below, above)};
}

// P(z) + P*(t) - t z; infinite for t < 0. Always precise.
//
// The target belongs to a = log(exp(t) - 1). Far from it and with both positive, the parabola
// (z - a)^2 / 2 is taken out of the potential, as P(z) - z^2 / 2 is -P(-z) but for a constant.
inline Pack softplus_divergence(Pack z, Pack t) {
    const Pack inside = select((t > 0.0) & (t < infinity), t, splat(1.0));
    const Pair one_less = two_sum(splat(1.0), -Precise::exp(-inside));
    const Mask close = inside < 1.25;
    const Pack share = select(close, -exponential_minus_one(-inside), one_less.high);
    const Pack log_share = rounded(log_of_normal(share, where(~close, one_less.low)));
    const Pack a = inside + log_share;  // log_share is log(1 - exp(-t))

    const Pack there = select(absolute(z) == infinity, Pack{}, z);
    const Pack step = there - a;
    const Mask is_near = absolute(step) < 2.0;
    const auto slope = [](Pack u) { return logistic<Precise>(u).p; };
    const Pack near = near_divergence(slope, there, where(is_near, step));

    const SoftplusPotential of_z = softplus_potential(there), of_a = softplus_potential(a);
    const Pack plain = of_z.at - of_a.at - inside * step;
    const Pack mirrored = of_a.mirrored - of_z.mirrored + log_share * step;
    const Mask both_right = (there > 0.0) & (a > 0.0);
    const Pack far = select(both_right, 0.5 * step * step + mirrored, plain);

    const Pack regular = select(t == 0.0, of_z.at, select(is_near, near, far));
    const Pack at_end = select((t == 0.0) & (z < 0.0), Pack{}, splat(infinity));
    const Pack value = select(absolute(z) == infinity, at_end, regular);
    const Pack in_domain = select((t < 0.0) | (t == infinity), splat(infinity), value);
    return select(is_nan(z) | is_nan(t), splat(not_a_number), in_domain);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
