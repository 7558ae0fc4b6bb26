// log(1 + exp z) in float32; other beta are left to the doubles.
#pragma once

#include "../arithmetic/wide_exponential.hpp"
#include "../arithmetic/wide_logarithm.hpp"
#include "../stages/float_run.hpp"
#include "softplus.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct SoftplusInFloats {
    static bool serves(const double* parameters) { return parameters[0] == 1.0; }

    static constexpr Range range_of_value = {-80.0f, unbounded};
    template <class V>
    SOFTGRAD_INLINE static V value(V z) {
        const V small = wide_exponential(largest(-80.0f, -absolute(z)));
        return largest(0.0f, z) + wide_log_one_plus_part(small);
    }

    static constexpr Range range_of_first = {-80.0f, unbounded};
    template <class V>
    SOFTGRAD_INLINE static V first(V z) {
        return 1.0f / (1.0f + wide_exponential(-smallest(80.0f, z)));
    }

    SOFTGRAD_INLINE static Pack far_value(Pack z, const double* parameters) {
        return Softplus::value<Brief>(z, parameters);
    }
    SOFTGRAD_INLINE static Pack far_first(Pack z, const double* parameters) {
        return Softplus::first<Brief>(z, parameters);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
