// z / (1 + exp(-z)) in float32; other beta are left to the doubles, where their product with z is
// exact.
//
// In doubles, as generated, it takes 3.3 times as long for the value, 2.6 for the product.
#pragma once

#include "../arithmetic/inverse.hpp"
#include "../arithmetic/wide_exponential.hpp"
#include "../stages/float_run.hpp"
#include "generated/activations/silu.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct SiLU : generated::SiLU {
    // With one exponential and one division, in float32: as generated, with four and three, it takes
    // 2.1 times as long.
    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double* parameters) {
        if constexpr (P::precise) {
            return generated::SiLU::first<P>(z, parameters);
        } else {
            // From y = 100 on p is 1.
            const Pack y = smallest(splat(100.0), largest(splat(-700.0), parameters[0] * z));
            const Pack odds = brief_exponential(y), both = 1.0 + odds;
            return quotient<P>(odds * (both + y), both * both);
        }
    }

    struct InFloats {
        static bool serves(const double* parameters) { return parameters[0] == 1.0; }

        static constexpr Range range_of_value = {-80.0f, unbounded};
        template <class V>
        SOFTGRAD_INLINE static V value(V z, const double*) {
            return z / (1.0f + wide_exponential(-smallest(80.0f, z)));
        }

        // (1 + z + u) / (u + 2 + 1 / u) for u = exp z. Above the bar is 0 at z0; with d = z - z0 and
        // c = exp z0 = -(1 + z0) it is d + c (exp(d) - 1), whose terms have one sign.
        static constexpr Range range_of_first = {-80.0f, unbounded};
        template <class V>
        SOFTGRAD_INLINE static V first(V z, const double*) {
            constexpr float zero = -0x1.474974p+0f, zero_low = 0x1.bdf6fap-27f;
            constexpr float c = 0x1.1d25dp-2f, inverse_c = 0x1.cba9dep+1f;
            const V x = smallest(30.0f, z);
            const V d = x - zero;
            const V low = ((x - d) - zero) - zero_low;  // what d lacks
            const WideBothExponentials<V> w(wide_reduction(d), low);
            const V more = w.up.minus_one(c);
            const V over = d + (more + low);
            const V under = multiply_add(w.down.value(), inverse_c, more + (c + 2.0f));
            return over / under;
        }
    };
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
