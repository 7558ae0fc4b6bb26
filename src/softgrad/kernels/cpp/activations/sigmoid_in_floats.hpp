// 1 / (1 + exp(-z)) in float32 (stages/float_run.hpp says what is what).
#pragma once

#include "../arithmetic/wide_exponential.hpp"
#include "../stages/float_run.hpp"
#include "sigmoid.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct SigmoidInFloats {
    static bool serves(const double*) { return true; }

    // u / (1 + u) for u = exp z; both 2^64 times that, so that a subnormal result is rounded once.
    static constexpr Range range_of_value = everywhere;
    template <class V>
    SOFTGRAD_INLINE static V value(V z) {
        const V odds = wide_exponential(largest(-110.0f, smallest(40.0f, z)), 64);
        return odds / (0x1p64f + odds);
    }

    // v / (1 + v)^2 for v = exp(-|z|).
    static constexpr Range range_of_first = {-80.0f, 80.0f};
    template <class V>
    SOFTGRAD_INLINE static V first(V z) {
        const V odds = wide_exponential(-absolute(z));
        return odds / multiply_add(odds, odds + 2.0f, 1.0f);
    }

    SOFTGRAD_INLINE static Pack far_value(Pack z, const double* parameters) {
        return Sigmoid::heads<Brief>(z, parameters).value;
    }
    SOFTGRAD_INLINE static Pack far_first(Pack z, const double* parameters) {
        return Sigmoid::heads<Brief>(z, parameters).first;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
