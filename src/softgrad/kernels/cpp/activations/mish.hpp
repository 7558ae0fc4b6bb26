// z tanh(log(1 + exp z)).
//
// With u = exp z, w = u (u + 2) and D = w + 2 it is z t with t = w / D. Its derivatives are
//     first   t + z s                        s = (1 - t^2) p = 4 u (1 + u) / D^2, p = u / (1 + u)
//     second  s (2 + z (q - 2 t p))          q = 1 - p
// Right of 0 the precise form takes v = exp(-z).
#pragma once

#include "../arithmetic/decay.hpp"
#include "../arithmetic/inverse.hpp"
#include "../stages/element_wise.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Mish {
    static constexpr bool positive = false, has_potential = false;

    template <class P>
    SOFTGRAD_INLINE static Pack value(Pack z, const double*) {
        if constexpr (P::precise) {
            const Pack x = smallest(Pack{}, largest(splat(-furthest), z));
            const Decay<P> small(x);
            const Pack u = small.value();
            const Pack left = small.times(x * ((u + 2.0) / denominator(u)));
            return select(z < 0.0, left, z * right_share(P::exp(-absolute(z))));
        } else {
            const Pack x = largest(splat(-700.0), z);
            const Pack u = brief_exponential(smallest(splat(20.0), x));  // t is 1 from there on
            const Pack w = u * (u + 2.0);
            return quotient<P>(x * w, w + 2.0);
        }
    }

    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double*) {
        if constexpr (P::precise) {
            // Left: (u + 2) D + 4 z (1 + u), sorted so that it cancels at the minimum alone.
            const Pack x = smallest(Pack{}, largest(splat(-furthest), z));
            const Decay<P> small(x);
            const Pack u = small.value(), d = denominator(u);
            const Pack few = multiply_add(splat(4.0), x, splat(6.0)) + u * (4.0 + u);
            const Pack left = small.times(multiply_add(u, few, 4.0 * (x + 1.0)) / (d * d));

            const Pack y = smallest(splat(furthest), largest(Pack{}, z));
            const Pack v = P::exp(-y);
            const Pack more = Decay<P>(-2.0 * y).times(y * rise(v));
            return select(z < 0.0, left, right_share(v) + more);
        } else {
            const Pack x = smallest(splat(20.0), largest(splat(-700.0), z));
            Pack u = brief_exponential(x);
            // At the minimum of mish the bracket is 0, and all digits of u count.
            const Mask at_minimum = absolute(x + 1.1924) < 0x1p-6;
            if (__builtin_expect(any(at_minimum), false)) u = select(at_minimum, exponential(x), u);
            const Pack d = denominator(u);
            const Pack four_x = 4.0 * x;
            const Pack bracket = multiply_add(2.0 + u, d, multiply_add(four_x, u, four_x));
            return quotient<P>(u * bracket, d * d);
        }
    }

    template <class P>
    SOFTGRAD_INLINE static Pack second(Pack z, const double*) {
        if constexpr (P::precise) {
            const Pack x = smallest(splat(furthest), largest(splat(-furthest), z));
            const Mask left = x < 0.0;
            const Pack size = absolute(x);
            const Pack small = P::exp(-size);
            const Pack both = 1.0 + small, d = denominator(small);
            const Pack p = select(left, small, splat(1.0)) / both;
            const Pack q = select(left, splat(1.0), small) / both;
            const Pack t = select(left, small * (2.0 + small) / d, right_share(small));
            const Pack share = select(left, 4.0 * both / (d * d), rise(small));
            const Pack bracket = multiply_add(x, q - 2.0 * t * p, splat(2.0));
            return Decay<P>(select(left, -size, -2.0 * size)).times(share * bracket);
        } else {
            // With one division: 4 u (2 D (1 + u) + z (D - 2 u w)) / D^3.
            const Pack x = smallest(splat(60.0), largest(splat(-700.0), z));
            const Pack u = brief_exponential(x);
            const Pack w = u * (u + 2.0), d = w + 2.0;
            const Pack bracket = multiply_add(x, d - 2.0 * u * w, 2.0 * d * (1.0 + u));
            return quotient<P>(4.0 * u * bracket, d * d * d);
        }
    }

private:
    static constexpr double furthest = 800.0;  // furthest exp(-furthest) is 0

    SOFTGRAD_INLINE static Pack denominator(Pack u) {
        return multiply_add(u, 2.0 + u, splat(2.0));
    }
    // t in v = exp(-z).
    SOFTGRAD_INLINE static Pack right_share(Pack v) {
        return (1.0 + 2.0 * v) / (1.0 + 2.0 * v * (1.0 + v));
    }
    // s / v^2.
    SOFTGRAD_INLINE static Pack rise(Pack v) {
        const Pack d = 1.0 + 2.0 * v * (1.0 + v);
        return 4.0 * (1.0 + v) / (d * d);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
