// z, and slope z left of 0, in float32, too: for a slope that float32 has not, as 0.01, in two parts.
#pragma once

#include "../stages/float_run.hpp"
#include "generated/activations/leaky_relu.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct LeakyReLU : generated::LeakyReLU {
    struct InFloats {
        static bool serves(const double* parameters) {
            const double size = __builtin_fabs(parameters[0]);
            return size == 0.0 || (size > 0x1p-60 && size < 0x1p60);
        }

        static constexpr Range range_of_value = {-0x1p60f, unbounded};
        template <class V>
        SOFTGRAD_INLINE static V value(V z, const double* parameters) {
            const auto high = static_cast<float>(parameters[0]);
            const auto low = static_cast<float>(parameters[0] - static_cast<double>(high));
            return select(z < 0.0f, multiply_add(z, high, low * z), z);
        }

        static constexpr bool has_flat_parts = true;
        static constexpr Range range_of_first = everywhere;
        template <class V>
        SOFTGRAD_INLINE static V first(V z, const double* parameters) {
            const auto slope = static_cast<float>(parameters[0]);
            const V left = V::of(slope), here = V::of(slope > 1.0f ? 1.0f : slope);
            const V side = select(z > 0.0f, V::of(1.0f), select(z < 0.0f, left, here));
            return select(is_nan(z), z, side);
        }
    };
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
