// z tanh(log(1 + exp z)) in float32. With u = exp z, w = u (u + 2) and D = w + 2 it is z w / D. The
// derivative would round too often.
//
// In doubles, as generated, it takes 5.9 times as long for the value.
#pragma once

#include "../arithmetic/inverse.hpp"
#include "../arithmetic/wide_exponential.hpp"
#include "../stages/float_run.hpp"
#include "generated/activations/mish.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Mish : generated::Mish {
    // With one exponential and one division, in float32: as generated, with three and four, they
    // take 2.2 times as long, and the derivative loses its digits at the minimum of mish.
    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double* parameters) {
        if constexpr (P::precise) {
            return generated::Mish::first<P>(z, parameters);
        } else {
            const Pack x = smallest(splat(20.0), largest(splat(-700.0), z));
            Pack u = brief_exponential(x);
            // At the minimum the bracket is 0, and all digits of u count.
            const Mask at_minimum = absolute(x + 1.1924) < 0x1p-6;
            if (__builtin_expect(any(at_minimum), false)) u = select(at_minimum, exponential(x), u);
            const Pack d = multiply_add(u, 2.0 + u, splat(2.0)), four_x = 4.0 * x;
            const Pack bracket = multiply_add(2.0 + u, d, multiply_add(four_x, u, four_x));
            return quotient<P>(u * bracket, d * d);
        }
    }
    // 4 u (2 D (1 + u) + z (D - 2 u w)) / D^3 with w = u (u + 2).
    template <class P>
    SOFTGRAD_INLINE static Pack second(Pack z, const double* parameters) {
        if constexpr (P::precise) {
            return generated::Mish::second<P>(z, parameters);
        } else {
            const Pack x = smallest(splat(60.0), largest(splat(-700.0), z));
            const Pack u = brief_exponential(x);
            const Pack w = u * (u + 2.0), d = w + 2.0;
            const Pack bracket = multiply_add(x, d - 2.0 * u * w, 2.0 * d * (1.0 + u));
            return quotient<P>(4.0 * u * bracket, d * d * d);
        }
    }

    struct InFloats {
        static bool serves(const double*) { return true; }

        static constexpr Range range_of_value = {-80.0f, unbounded};
        template <class V>
        SOFTGRAD_INLINE static V value(V z, const double*) {
            const V u = wide_exponential(smallest(20.0f, z));  // w / D is 1 from there on
            const V w = multiply_add(u, u, u + u);
            return z * (w / (w + 2.0f));
        }
    };
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
