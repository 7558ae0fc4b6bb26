// 1 / (1 + exp(-z)).
#pragma once

#include "../arithmetic/logistic.hpp"
#include "../arithmetic/relative_entropy.hpp"
#include "../stages/coins.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Sigmoid {
    // p, p q, p q (q - p).
    template <class P>
    SOFTGRAD_INLINE static Jet heads(Pack z, const double*) {
        const Logistic coin = logistic<P>(z);
        const Pack slope = coin.p * coin.q;
        return {coin.p, slope, -slope * hyperbolic_tangent<P>(0.5 * z)};
    }
    template <class P>
    SOFTGRAD_INLINE static Jet tails(Pack z, const double*) {
        const Logistic coin = logistic<P>(z);
        const Pack slope = coin.p * coin.q;
        return {coin.q, -slope, slope * hyperbolic_tangent<P>(0.5 * z)};
    }
    // -softplus(-z), q, -p q.
    template <class P>
    SOFTGRAD_INLINE static Jet log_heads(Pack z, const double*) {
        const Logistic coin = logistic<P>(z);
        return {-(largest(Pack{}, -z) + log_of_both<P>(z)), coin.q, -(coin.p * coin.q)};
    }
    template <class P>
    SOFTGRAD_INLINE static Jet log_tails(Pack z, const double*) {
        const Logistic coin = logistic<P>(z);
        return {-(largest(Pack{}, z) + log_of_both<P>(z)), -coin.p, -(coin.p * coin.q)};
    }
    // log(1 + exp(-|z|)), which the logarithms of both sides have in common: written alike in both,
    // it is computed once.
    template <class P>
    SOFTGRAD_INLINE static Pack log_of_both(Pack z) {
        return log_one_plus_part<P>(P::exp(-absolute(z)));
    }
    // KL of the coin t from the coin p.
    template <class P>
    SOFTGRAD_INLINE static Pack excess(Pack z, Pack t, const double*) {
        const Logistic coin = logistic<P>(z);
        const Pack d = select(coin.p > 0.5, (1.0 - t) - coin.q, coin.p - t);
        return relative_entropy_term(t, coin.p, -softplus<P>(-z), -d) +
               relative_entropy_term(1.0 - t, coin.q, -softplus<P>(z), d);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
