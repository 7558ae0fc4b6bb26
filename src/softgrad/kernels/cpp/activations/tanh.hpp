// tanh z, with derivatives 1 / cosh(z)^2 and -2 tanh z / cosh(z)^2.
#pragma once

#include "../arithmetic/logistic.hpp"
#include "../arithmetic/relative_entropy.hpp"
#include "../stages/element_wise.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Tanh {
    static constexpr bool positive = false, has_potential = true;

    template <class P>
    SOFTGRAD_INLINE static Pack value(Pack z, const double*) {
        return hyperbolic_tangent<P>(z);
    }
    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double*) {
        return logistic_slope_times<P>(2.0 * z, Pack{}, splat(4.0));
    }
    template <class P>
    SOFTGRAD_INLINE static Pack second(Pack z, const double*) {
        return logistic_slope_times<P>(2.0 * z, Pack{}, -8.0 * hyperbolic_tangent<P>(z));
    }
    // KL of the coin (1 + t) / 2 from the coin 1 / (1 + exp(-2 z)); infinite for |t| > 1.
    template <class P>
    SOFTGRAD_INLINE static Pack excess(Pack z, Pack t, const double*) {
        const Pack y = 2.0 * z;
        const Logistic coin = logistic<P>(y);
        const Pack d = 0.5 * (t - hyperbolic_tangent<P>(z));
        const Pack both =
            relative_entropy_term(0.5 * (1.0 + t), coin.p, -softplus<P>(-y), d) +
            relative_entropy_term(0.5 * (1.0 - t), coin.q, -softplus<P>(y), -d);
        return select(absolute(t) > 1.0, splat(infinity), both);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
