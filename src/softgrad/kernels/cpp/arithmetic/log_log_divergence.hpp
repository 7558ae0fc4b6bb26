// The Bregman divergence of F(z) = Ein(e^z): the canonical loss of complementary log-log.
#pragma once

#include "exponential_integral.hpp"
#include "near_divergence.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// F(z) + F*(t) - t z; infinite for t outside [0, 1]. Always precise.
//
// The target belongs to a = log(-log(1 - t)). Far from it, and for t > 1/2, it is written with
// 1 - t and E1(e^z) = F(z) - z - gamma.
inline Pack log_log_divergence(Pack z, Pack t) {
    const Pack inside = select((t > 0.0) & (t < 1.0), t, splat(0.5));
    const Pack a = logarithm(-log_one_plus(-inside));
    const Pack there = select(absolute(z) == infinity, Pack{}, z);
    const Pack step = there - a;
    const Pack scale = 1.0 + Precise::exp(smallest(splat(50.0), largest(a, there)));
    const Mask is_near = absolute(step) * scale < 3.0;
    const auto slope = [](Pack u) { return Precise::exp(u - Precise::exp(u)); };
    const Pack near = near_divergence(slope, there, where(is_near, step));

    const Pack entire = entire_integral_of_exp(there), rest = exponential_integral_of_exp(there);
    const Pack right = multiply_add(1.0 - inside, step, rest) - exponential_integral_of_exp(a);
    const Pack left = (entire - entire_integral_of_exp(a)) - inside * step;
    const Pack value = select(is_near, near, select(inside > 0.5, right, left));
    return completed_divergence(z, t, value, entire, rest);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
