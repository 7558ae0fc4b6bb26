// log(1 + exp(beta z)) / beta.
#pragma once

#include "../arithmetic/softplus_divergence.hpp"
#include "../stages/element_wise.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Softplus {
    static constexpr bool positive = true, has_potential = true, log_bends = true;

    // max(0, z) + log(1 + exp(-beta |z|)) / beta.
    template <class P>
    SOFTGRAD_INLINE static Pack value(Pack z, const double* parameters) {
        const double beta = parameters[0];
        const Pair y = scaled<P>(z, beta);
        const Decay<P> small(-absolute(y.high), select(y.high < 0.0, y.low, -y.low));
        const Pack tail = log_one_plus_part<P>(small.value());
        // A scalar quotient is formed once for many entries, and rounds once more.
        return largest(Pack{}, z) + (P::precise ? tail / beta : tail * (1.0 / beta));
    }
    // 1 / (1 + exp(-beta z)).
    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double* parameters) {
        const Pair y = scaled<P>(z, parameters[0]);
        return logistic_times<P>(y.high, y.low, splat(1.0));
    }
    // beta p (1 - p) for p the first derivative.
    template <class P>
    SOFTGRAD_INLINE static Pack second(Pack z, const double* parameters) {
        const Pair y = scaled<P>(z, parameters[0]);
        return logistic_slope_times<P>(y.high, y.low, splat(parameters[0]));
    }

    // y + log(m / beta) left of 0, with y = beta z and m as below.
    template <class P>
    SOFTGRAD_INLINE static Pack log_value(Pack z, const double* parameters) {
        const double beta = parameters[0];
        const Pack y = beta * z;
        const Mask left = y < 0.0;
        const Pair m = two_sum(splat(1.0), share<P>(z, beta).less);
        const Pack right = largest(Pack{}, y) + log_one_plus(P::exp(-absolute(y)));
        const Pair log =
            log_of_normal(select(left, m.high, right) / beta, where(left, m.low) / beta);
        const Pack value = where(left, y) + rounded(log);
        return select(y < infinity, value, y);
    }
    template <class P>
    SOFTGRAD_INLINE static Pack log_first(Pack z, const double* parameters) {
        return parameters[0] * share<P>(z, parameters[0]).slope;
    }
    template <class P>
    SOFTGRAD_INLINE static Pack log_second(Pack z, const double* parameters) {
        const Share at = share<P>(z, parameters[0]);
        return parameters[0] * at.slope * (parameters[0] * at.slope * at.less);
    }

    // The divergence of beta z from the point where softplus is beta t, over beta^2.
    template <class P>
    SOFTGRAD_INLINE static Pack excess(Pack z, Pack t, const double* parameters) {
        const double beta = parameters[0];
        return softplus_divergence(beta * z, beta * t) / beta / beta;
    }

private:
    // beta z, where exp is a number, and what the product rounded away, which exp would magnify.
    template <class P>
    SOFTGRAD_INLINE static Pair scaled(Pack z, double beta) {
        if constexpr (!P::precise) return {beta * z, Pack{}};
        const Pair y = two_product(z, splat(beta));
        const Pack inner = smallest(splat(1000.0), largest(splat(-1000.0), y.high));  // NaN passes
        return {inner, where(inner == y.high, y.low)};
    }

    // With u = exp y, m = log(1 + u) / u goes from 1 far left to 0 far right. The logarithm has the
    // derivatives beta slope and beta^2 slope^2 (m - 1), with slope = 1 / ((1 + u) m).
    struct Share {
        Pack less;  // m - 1
        Pack slope;
    };
    template <class P>
    SOFTGRAD_INLINE static Share share(Pack z, double beta) {
        const Pair y = scaled<P>(z, beta);
        const Mask far = y.high > 40.0;  // there (1 + u) m is y to the last place, and m is 0
        const Pack u = P::exp(smallest(splat(40.0), y.high), y.low);
        const Mask small = u < 1e-4;
        const Pack over = select(small, splat(1.0), u);
        constexpr double series[] = {-1.0 / 2.0, 1.0 / 3.0, -1.0 / 4.0, 1.0 / 5.0};
        const Pack few = u * polynomial(u, series);
        const Pack less = select(small, few, log1pmx(u) / over);
        const Pack m = select(small, 1.0 + few, log_one_plus(u) / over);
        const Pack inverse = select(far, beta * z, (1.0 + u) * m);
        return {select(far, splat(-1.0), less), 1.0 / inverse};
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
