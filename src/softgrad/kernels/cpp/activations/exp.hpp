// exp z in float32, too, where it is a normal number.
#pragma once

#include "../arithmetic/wide_exponential.hpp"
#include "../stages/float_run.hpp"
#include "generated/activations/exp.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Exp : generated::Exp {
    struct InFloats {
        static bool serves(const double*) { return true; }

        static constexpr Range range_of_value = {-87.0f, 88.0f}, range_of_first = range_of_value;
        template <class V>
        SOFTGRAD_INLINE static V value(V z, const double*) {
            return wide_exponential(z);
        }
        template <class V>
        SOFTGRAD_INLINE static V first(V z, const double* parameters) {
            return value(z, parameters);
        }
    };
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
