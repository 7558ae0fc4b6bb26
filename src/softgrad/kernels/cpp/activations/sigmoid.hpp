// 1 / (1 + exp(-z)) in float32 (stages/float_run.hpp says what is what).
//
// In doubles, as generated, it takes 3.2 times as long for the value, 3.1 for the product.
#pragma once

#include "../arithmetic/wide_exponential.hpp"
#include "../stages/float_run.hpp"
#include "generated/activations/sigmoid.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Sigmoid : generated::Sigmoid {
    struct InFloats {
        static bool serves(const double*) { return true; }

        // u / (1 + u) for u = exp z; both 2^64 times that, so that a subnormal result is rounded once.
        static constexpr Range range_of_value = everywhere;
        template <class V>
        SOFTGRAD_INLINE static V value(V z, const double*) {
            const V odds = wide_exponential(largest(-110.0f, smallest(40.0f, z)), 64);
            return odds / (0x1p64f + odds);
        }
        template <class V>
        SOFTGRAD_INLINE static V complement(V z, const double* parameters) {
            return value(-z, parameters);
        }

        // v / (1 + v)^2 for v = exp(-|z|).
        static constexpr Range range_of_first = {-80.0f, 80.0f};
        template <class V>
        SOFTGRAD_INLINE static V first(V z, const double*) {
            const V odds = wide_exponential(-absolute(z));
            return odds / multiply_add(odds, odds + 2.0f, 1.0f);
        }
    };
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
