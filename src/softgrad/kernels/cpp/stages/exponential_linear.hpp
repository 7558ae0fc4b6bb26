// Straight lines that fall to a depth like an exponential, in float32: slope z right of 0 and
// depth (exp(z) - 1) left of it. A struct S supplies both of the parameters.
#pragma once

#include "../arithmetic/wide_exponential.hpp"
#include "float_run.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

template <class S>
struct ExponentialLinear {
    static constexpr Range range_of_value = everywhere;
    template <class V>
    SOFTGRAD_INLINE static V value(V z, const double* parameters) {
        const auto depth = static_cast<float>(S::depth(parameters));
        const V left = WideDecay<V>(reduced(z)).minus_one(depth);
        return select(z < 0.0f, left, static_cast<float>(S::slope) * z);
    }

    static constexpr Range range_of_first = {-80.0f, unbounded};
    template <class V>
    SOFTGRAD_INLINE static V first(V z, const double* parameters) {
        const double depth = S::depth(parameters), least = depth < S::slope ? depth : S::slope;
        const V left = WideDecay<V>(reduced(z)).times(V::of(static_cast<float>(depth)));
        const V right =
            select(z > 0.0f, V::of(static_cast<float>(S::slope)), V::of(static_cast<float>(least)));
        return select(is_nan(z), z, select(z < 0.0f, left, right));
    }

private:
    template <class V>
    SOFTGRAD_INLINE static Reduction<V> reduced(V z) {
        return wide_reduction(largest(-80.0f, smallest(0.0f, z)));
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
