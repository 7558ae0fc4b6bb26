// z - tanh z in float32: near 0 a series, farther out a sum of positive terms.
//
// In doubles, as generated, it takes 3 to 5 times as long.
#pragma once

#include "../arithmetic/wide_exponential.hpp"
#include "../stages/float_run.hpp"
#include "generated/activations/tanh_shrink.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace tanh_shrink_constants {
// (z - tanh z) / z^3 in z^2 <= 1, to 2^-27.5 (Remez's iteration at 40 digits).
inline constexpr float series[] = {
    0x1.555556p-2f, -0x1.1110f2p-3f, 0x1.ba117ep-5f,  -0x1.65a7eap-6f,
    0x1.1d03b2p-7f, -0x1.a4577cp-9f, 0x1.e43caep-11f, -0x1.2b85f8p-13f,
};
}  // namespace tanh_shrink_constants

struct TanhShrink : generated::TanhShrink {
    struct InFloats {
        static bool serves(const double*) { return true; }

        // With v = exp(-2 |z|) it is |z| - 1 + 2 v / (1 + v).
        static constexpr Range range_of_value = everywhere;
        template <class V>
        SOFTGRAD_INLINE static V value(V z, const double*) {
            const V size = absolute(z), v = decay(size);
            const V far = (size - 1.0f) + (2.0f * v) / (1.0f + v);
            const V near = smallest(1.0f, size);
            return with_sign_of(select(size > 1.0f, far, near * less(near)), z);
        }

        // tanh^2 z, farther out 1 - 4 v / (1 + v)^2.
        static constexpr Range range_of_first = everywhere;
        template <class V>
        SOFTGRAD_INLINE static V first(V z, const double*) {
            const V size = absolute(z), v = decay(size);
            const V far = 1.0f - (4.0f * v) / multiply_add(v, v + 2.0f, 1.0f);
            const V near = smallest(1.0f, size), tangent = multiply_add(-near, less(near), near);
            return select(size > 1.0f, far, tangent * tangent);
        }

    private:
        template <class V>
        SOFTGRAD_INLINE static V decay(V size) {
            return wide_exponential(largest(-80.0f, -2.0f * size));
        }
        // 1 - tanh(x) / x
        template <class V>
        SOFTGRAD_INLINE static V less(V x) {
            const V square = x * x;
            return square * polynomial(square, tanh_shrink_constants::series);
        }
    };
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
