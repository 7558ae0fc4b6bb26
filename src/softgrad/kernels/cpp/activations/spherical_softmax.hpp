// (z_i^2 + e) / sum_j (z_j^2 + e).
#pragma once

#include "../stages/power_weights.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct SphericalFloats {
    struct InFloats {
        static bool serves(const double* parameters) {
            return parameters[0] > 0x1p-40 && parameters[0] < 0x1p40;
        }
        static constexpr Range range_of_value = everywhere, range_of_first = everywhere;
        template <class V>
        SOFTGRAD_INLINE static V value(V z, const double* parameters) {
            return multiply_add(z, z, static_cast<float>(parameters[0]));
        }
        template <class V>
        SOFTGRAD_INLINE static V first(V z, const double*) {
            return z + z;
        }
    };
};

struct SphericalWeight {
    using Floats = SphericalFloats;
    static constexpr double degree = 2.0;
    template <class P>
    static constexpr double least = 0.0;
    using Frame = PowerFrame;

    double epsilon;

    static SphericalWeight of(const double* parameters) { return {parameters[0]}; }

    template <class P>
    SOFTGRAD_INLINE Frame usual() const {
        return {Pack{}, Pack{}};
    }
    template <class P>
    Frame unusual(const Pack* z, const Shape& shape) const {
        return Frame::of(z, shape, degree);
    }

    // The logit, and what belongs to it, in its unit.
    template <class P, bool unusual>
    struct At {
        Pack z;
        Pack epsilon;
        Pack value;
        Pack unit_inverse;
        Pack weight;

        SOFTGRAD_INLINE WeightSlopes slopes() const {
            const Pack inverse = 1.0 / value, twice = 2.0 * inverse;
            // e - z^2 with the rounding error of the square, for it vanishes at z^2 = e.
            const Pair square = two_product(z, z);
            const Pack less = P::precise ? (epsilon - square.high) - square.low : epsilon - z * z;
            const WeightSlopes plain{z * twice, twice, twice * (less * inverse)};
            if constexpr (!unusual) return plain;
            const Pack u = unit_inverse;
            return {plain.first * u, plain.second * u * u, plain.log_second * u * u};
        }
    };

    template <class P, bool unusual>
    SOFTGRAD_INLINE At<P, unusual> at(Pack z, const Frame& frame) const {
        const LogitUnit unit = LogitUnit::of<unusual>(z);
        At<P, unusual> found{z, splat(epsilon), Pack{}, unit.inverse, Pack{}};
        if constexpr (unusual) {
            found.z = z * unit.inverse;
            found.epsilon = epsilon * unit.inverse * unit.inverse;
        }
        found.value = multiply_add(found.z, found.z, found.epsilon);
        found.weight = found.value;
        if constexpr (unusual) {
            found.weight = lowered(found.value, degree * unit.exponent - frame.top_exponent);
        }
        return found;
    }

    template <class P, bool unusual>
    SOFTGRAD_INLINE Pair log_weight(Pack z, Pack weight, const Frame& frame) const {
        if constexpr (!unusual) return log_of_normal(weight, Pack{});
        const Pack exponent = degree * LogitUnit::of<true>(z).exponent - frame.top_exponent;
        return log_of_normal(at<P, true>(z, frame).value, Pack{}, exponent);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
