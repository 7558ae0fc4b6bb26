// log(1 + x) - x, and the terms t log(t / p) - t + p of a relative entropy, without cancellation.
//
// With 1 + x = 2^k (1 + f), the logarithm is a sum high + low whose first part is f = x itself
// where k = 0, and elsewhere far enough from x: high - x cancels only where it is exact.
#pragma once

#include "logarithm.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// log(1 + x) - x for x >= -1: never positive, -inf at -1 and at inf, NaN below.
SOFTGRAD_INLINE Pack log1pmx(Pack x) {
    const Pair sum = two_sum(splat(1.0), x);
    const Pair log = log_of_normal(sum.high, sum.low);
    const Pack regular = (log.high - x) + log.low;
    const Pack edge = select((x == -1.0) | (x == infinity), splat(-infinity), splat(not_a_number));
    return select((x > -1.0) & (x < infinity), regular, edge);
}

// t log(t / p) - t + p >= 0, given log p and the accurate difference d = t - p; p at t = 0.
//
// With x = d / p it is t log(1 + x) - d, and p ((1 + x) (log(1 + x) - x) + x^2) near t = p, where
// that cancels. Only where d / p would overflow, or p has lost its digits to underflow, log t - log p
// is taken, which loses nothing there.
SOFTGRAD_INLINE Pack relative_entropy_term(Pack t, Pack p, Pack log_p, Pack d) {
    const Mask has_ratio = (absolute(d) < 0x1p1000 * p) & (p >= 0x1p-1022);
    const Mask below = t < 0.25 * p;  // d has lost the digits of t
    const Pack quotient = where(has_ratio, select(below, t, d)) / select(has_ratio, p, splat(1.0));
    const Pack x = select(below, Pack{}, quotient);
    const Pair one_plus_x = two_sum(splat(1.0), x);

    // One logarithm: of t / p, 1 + x or t.
    const Pack positive = select(t > 0.0, t, splat(1.0));
    const Mask tiny = ~has_ratio & (positive < 0x1p-1022);
    const Pack alone = select(tiny, positive * 0x1p54, positive);
    const Pack whole = select(has_ratio, select(below, quotient, one_plus_x.high), alone);
    const Pair log =
        log_of_normal(whole, where(has_ratio, one_plus_x.low), where(tiny, splat(-54.0)));

    const Pack excess = (log.high - x) + log.low;
    const Pack near = p * multiply_add(1.0 + x, excess, x * x);
    const Pack ratio = select(has_ratio, log.high, log.high - log_p) + log.low;
    const Pack far = where(t > 0.0, t * ratio) - d;
    return select(t == 0.0, p, select(has_ratio & ~below & (d < 1.5 * p), near, far));
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
