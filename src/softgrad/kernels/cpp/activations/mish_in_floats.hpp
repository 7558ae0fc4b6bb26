// z tanh(log(1 + exp z)) in float32. With u = exp z, w = u (u + 2) and D = w + 2 it is z w / D. The
// derivative would round too often.
#pragma once

#include "../arithmetic/wide_exponential.hpp"
#include "../stages/float_run.hpp"
#include "mish.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct MishInFloats {
    static bool serves(const double*) { return true; }

    static constexpr Range range_of_value = {-80.0f, unbounded};
    template <class V>
    SOFTGRAD_INLINE static V value(V z) {
        const V u = wide_exponential(smallest(20.0f, z));  // w / D is 1 from there on
        const V w = multiply_add(u, u, u + u);
        return z * (w / (w + 2.0f));
    }

    SOFTGRAD_INLINE static Pack far_value(Pack z, const double* parameters) {
        return Mish::value<Brief>(z, parameters);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
