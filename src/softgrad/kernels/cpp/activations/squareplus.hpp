// (z + sqrt(z^2 + b)) / 2 in float32.
//
// In doubles, as generated, it takes 3 to 4 times as long.
#pragma once

#include "../stages/float_run.hpp"
#include "generated/activations/squareplus.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Squareplus : generated::Squareplus {
    struct InFloats {
        static bool serves(const double* parameters) {
            const double b = parameters[0];
            return is_float(b) && b > 0x1p-40 && b < 0x1p40;
        }

        // Beyond, squares, and products of two roots, are no numbers.
        static constexpr Range range_of_value = {-0x1p60f, 0x1p60f};
        template <class V>
        SOFTGRAD_INLINE static V value(V z, const double* parameters) {
            const auto quarter = static_cast<float>(0.25 * parameters[0]);
            const V larger = 0.5f * (absolute(z) + square_root(square(z, parameters)));
            return select(z < 0.0f, quarter / larger, larger);
        }

        static constexpr Range range_of_first = range_of_value;
        template <class V>
        SOFTGRAD_INLINE static V first(V z, const double* parameters) {
            const auto half = static_cast<float>(0.5 * parameters[0]);
            const V whole = square(z, parameters);
            const V share = half / multiply_add(absolute(z), square_root(whole), whole);
            return select(z < 0.0f, share, 1.0f - share);
        }

    private:
        template <class V>
        SOFTGRAD_INLINE static V square(V z, const double* parameters) {
            return multiply_add(z, z, static_cast<float>(parameters[0]));
        }
    };
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
