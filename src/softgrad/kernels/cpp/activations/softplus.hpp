// log(1 + exp z) in float32; other beta are left to the doubles.
//
// In doubles, as generated, it takes 3.3 times as long for the value, 3.9 for the product.
#pragma once

#include "../arithmetic/power.hpp"
#include "../arithmetic/wide_exponential.hpp"
#include "../arithmetic/wide_logarithm.hpp"
#include "../stages/float_run.hpp"
#include "generated/activations/softplus.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Softplus : generated::Softplus {
    // For losses on the logarithm, of one exponential: as generated, with both derivatives of the
    // logarithm, it takes 2.5 times as long.
    SOFTGRAD_INLINE static PositiveValue with_logarithm(Pack z, const double* parameters) {
        const double beta = parameters[0];
        const Pack y = beta * z, u = Brief::exp(-absolute(y));
        const Pack s = largest(Pack{}, y) + log_one_plus_part<Brief>(u);
        // Far left s is exp y, whose logarithm is y less half of it, until it is nothing.
        const Mask far = y < -20.0;
        const Pack log = select(far, y - 0.5 * u, brief_log(select(far, splat(1.0), s)));
        const Pack share = quotient<Brief>(select(y > 0.0, splat(1.0), u), (1.0 + u) * s);
        return {s * (1.0 / beta), log - __builtin_log(beta),
                beta * select(y < -40.0, splat(1.0), share)};
    }

    struct InFloats {
        static bool serves(const double* parameters) { return parameters[0] == 1.0; }

        static constexpr Range range_of_value = {-80.0f, unbounded};
        template <class V>
        SOFTGRAD_INLINE static V value(V z, const double*) {
            const V small = wide_exponential(largest(-80.0f, -absolute(z)));
            return largest(0.0f, z) + wide_log_one_plus_part(small);
        }

        static constexpr Range range_of_first = {-80.0f, unbounded};
        template <class V>
        SOFTGRAD_INLINE static V first(V z, const double*) {
            return 1.0f / (1.0f + wide_exponential(-smallest(80.0f, z)));
        }
    };
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
