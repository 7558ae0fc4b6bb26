// tanh z in float32.
//
// In doubles, as generated, it takes 2.7 times as long for the value, 3.1 for the product.
#pragma once

#include "../arithmetic/wide_exponential.hpp"
#include "../stages/float_run.hpp"
#include "generated/activations/tanh.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Tanh : generated::Tanh {
    struct InFloats {
        static bool serves(const double*) { return true; }

        // With less = exp(-2 |z|) - 1 it is -less / (2 + less).
        static constexpr Range range_of_value = everywhere;
        template <class V>
        SOFTGRAD_INLINE static V value(V z, const double*) {
            const V x = largest(-80.0f, -2.0f * absolute(z));
            const V less = WideDecay<V>(wide_reduction(x)).minus_one(1.0f);
            return with_sign_of(less / (2.0f + less), z);
        }

        // 4 v / (1 + v)^2 for v = exp(-2 |z|).
        static constexpr Range range_of_first = {-40.0f, 40.0f};
        template <class V>
        SOFTGRAD_INLINE static V first(V z, const double*) {
            const V v = wide_exponential(-2.0f * absolute(z));
            return (4.0f * v) / multiply_add(v, v + 2.0f, 1.0f);
        }
    };
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
