// tanh z in float32.
#pragma once

#include "../arithmetic/wide_exponential.hpp"
#include "../stages/float_run.hpp"
#include "tanh.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct TanhInFloats {
    static bool serves(const double*) { return true; }

    // With less = exp(-2 |z|) - 1 it is -less / (2 + less).
    static constexpr Range range_of_value = everywhere;
    template <class V>
    SOFTGRAD_INLINE static V value(V z) {
        const V x = largest(-80.0f, -2.0f * absolute(z));
        const V less = WideDecay<V>(WideReduced<V>(x)).minus_one(1.0f);
        return with_sign_of(less / (2.0f + less), z);
    }

    // 4 v / (1 + v)^2 for v = exp(-2 |z|).
    static constexpr Range range_of_first = {-40.0f, 40.0f};
    template <class V>
    SOFTGRAD_INLINE static V first(V z) {
        const V v = wide_exponential(-2.0f * absolute(z));
        return (4.0f * v) / multiply_add(v, v + 2.0f, 1.0f);
    }

    SOFTGRAD_INLINE static Pack far_value(Pack z, const double* parameters) {
        return Tanh::value<Brief>(z, parameters);
    }
    SOFTGRAD_INLINE static Pack far_first(Pack z, const double* parameters) {
        return Tanh::first<Brief>(z, parameters);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
