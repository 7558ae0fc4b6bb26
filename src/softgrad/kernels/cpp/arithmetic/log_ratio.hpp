// log(t / p), also where t is near p, with x = (t - p) / p and what log(1 + x) lacks from x.
//
// Near p it is log(1 + x) with the accurate difference t - p; elsewhere the logarithm of the
// quotient; and log t - log p where p has underflowed. One logarithm serves all three.
#pragma once

#include "power.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct LogRatio {
    Pack value;   // -inf at t = 0 < p
    Pack x;       // (t - p) / p where near, else 0
    Pack excess;  // log(1 + x) - x <= 0 where near
    Mask near;    // 1 / 3 < t / p < 3
};

template <class P>
SOFTGRAD_INLINE LogRatio log_ratio(Pack t, Pack p, Pack log_p, Pack t_minus_p) {
    const Mask near = (t_minus_p > (-2.0 / 3.0) * p) & (t_minus_p < 2.0 * p);
    // From here down p may have lost digits, or be where a brief exponential stops.
    const Mask divides = p > 1e-290;
    const Pack divisor = select(divides | near, p, splat(1.0));
    const Pack ratio = quotient<P>(select(near, t_minus_p, t), divisor);
    const Pack x = where(near, ratio);
    const Pair one_plus_x = two_sum(splat(1.0), x);

    const Pack argument = select(near, one_plus_x.high, ratio);
    const Pack positive = select(argument > 0.0, argument, splat(1.0));
    // t = 0, or a NaN
    const Pack edge = select(t == 0.0, splat(-infinity), splat(not_a_number)) - log_p;
    if constexpr (!P::precise) {
        const Significand parts = significand(positive);
        const Mask whole = near & (parts.k == 0.0);  // there x itself is 1 + x less 1
        const BriefLogarithm of_rest(select(whole, x, parts.f));
        const Pack log = of_rest.plus(parts.k);
        const Pack plain = select(divides | near, log, log - log_p);
        return {select(argument > 0.0, plain, edge), x, select(whole, of_rest.excess(x), log - x),
                near};
    }
    const Mask tiny = positive < 0x1p-1022;
    const Pair log = log_of_normal(select(tiny, positive * 0x1p54, positive),
                                   where(near, one_plus_x.low), where(tiny, splat(-54.0)));
    const Pack plain = select(divides | near, log.high, log.high - log_p) + log.low;
    return {select(argument > 0.0, plain, edge), x, (log.high - x) + log.low, near};
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
