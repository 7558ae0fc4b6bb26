// f(z_i) / sum_j f(z_j) with f(x) = sum of x^m / m! up to an even order k.
//
// With F_j = sum of k! x^m / m! up to m = j, whose coefficients are integers that a double holds,
//
//     f'/f        F_(k-1) / F_k
//     f''/f       F_(k-2) / F_k
//     (log f)''   -x^(k-1) (k F_(k-1) - x F_(k-2)) / F_k^2
//
// where the last is f f'' - f'^2 with its largest terms cancelled on paper. Left of 0 the sums are
// up to 2^18 times smaller than their terms (at k = 20). In float64 Horner's scheme therefore
// carries its rounding errors (Langlois and Louvet, "How to ensure a faithful polynomial
// evaluation with the compensated Horner algorithm", ARITH 2007); for storage in float32 doubles
// have digits enough.
#pragma once

#include <type_traits>

#include "../stages/power_weights.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// A number with its rounding errors in float64, without them elsewhere.
template <class P>
using Carried = std::conditional_t<P::precise, Pair, Pack>;

namespace taylor {

template <class P>
SOFTGRAD_INLINE Carried<P> carried(Pack a) {
    if constexpr (P::precise) {
        return {a, Pack{}};
    } else {
        return a;
    }
}

SOFTGRAD_INLINE Pack plus(Pack a, Pack b) { return a + b; }
SOFTGRAD_INLINE Pair plus(Pair a, Pair b) { return add(a, b); }
SOFTGRAD_INLINE Pack times(Pack a, Pack b) { return a * b; }
SOFTGRAD_INLINE Pair times(Pair a, Pair b) { return multiply(a, b); }
SOFTGRAD_INLINE Pair times(Pair a, Pack b) {
    const Pair product = two_product(a.high, b);
    return {product.high, multiply_add(a.low, b, product.low)};
}
// a x + c, a step of Horner's scheme.
SOFTGRAD_INLINE Pack step(Pack a, Pack x, Pack c) { return multiply_add(a, x, c); }
SOFTGRAD_INLINE Pair step(Pair a, Pack x, Pack c) { return add(times(a, x), c); }

SOFTGRAD_INLINE Pack number(Pack a) { return a; }
SOFTGRAD_INLINE Pack number(Pair a) { return rounded(a); }

}  // namespace taylor

// Of order 2: 1 + z + z^2 / 2 = ((1 + z)^2 + 1) / 2.
struct TaylorFloats {
    struct InFloats {
        static bool serves(const double* parameters) { return parameters[0] == 2.0; }
        static constexpr Range range_of_value = everywhere, range_of_first = everywhere;
        template <class V>
        SOFTGRAD_INLINE static V value(V z, const double*) {
            const V above = 1.0f + z;
            return multiply_add(0.5f * above, above, 0.5f);
        }
        template <class V>
        SOFTGRAD_INLINE static V first(V z, const double*) {
            return 1.0f + z;
        }
    };
};

struct TaylorWeight {
    using Floats = TaylorFloats;
    template <class P>
    static constexpr double least = 0.0;
    using Frame = PowerFrame;
    static constexpr Index largest_order = 20;

    Index order;
    double coefficients[largest_order + 1];  // k! / m!

    static TaylorWeight of(const double* parameters) {
        TaylorWeight made{static_cast<Index>(parameters[0]), {}};
        made.coefficients[made.order] = 1.0;
        for (Index m = made.order; m > 0; --m) {
            made.coefficients[m - 1] = static_cast<double>(m) * made.coefficients[m];
        }
        return made;
    }

    template <class P>
    SOFTGRAD_INLINE Frame usual() const {
        return {Pack{}, Pack{}};
    }
    template <class P>
    Frame unusual(const Pack* z, const Shape& shape) const {
        return Frame::of(z, shape, static_cast<double>(order));
    }

    // F_k, F_(k-1), F_(k-2) and x^(k-1) at a logit, in its unit.
    template <class P, bool unusual>
    struct At {
        Carried<P> all, first, second, power;
        Pack x;
        Pack order;
        Pack unit_inverse;
        Pack value;   // F_k rounded
        Pack weight;  // relative to the frame

        SOFTGRAD_INLINE WeightSlopes slopes() const {
            using namespace taylor;
            const Pack inverse = 1.0 / value;
            const Pack gap = number(plus(times(first, order), times(second, -x)));
            const WeightSlopes plain{number(first) * inverse, number(second) * inverse,
                                     -(number(power) * inverse) * (gap * inverse)};
            if constexpr (!unusual) return plain;
            const Pack u = unit_inverse;
            return {plain.first * u, plain.second * u * u, plain.log_second * u * u};
        }
    };

    template <class P, bool unusual>
    SOFTGRAD_INLINE At<P, unusual> at(Pack z, const Frame& frame) const {
        using namespace taylor;
        const LogitUnit unit = LogitUnit::of<unusual>(z);
        At<P, unusual> found{};
        found.x = unusual ? z * unit.inverse : z;
        found.order = splat(static_cast<double>(order));
        found.unit_inverse = unit.inverse;
        found.second = polynomial_part<P, unusual>(found.x, unit.inverse);
        found.power = odd_power<P>(found.x);
        found.first = found.second;
        if constexpr (unusual) found.first = times(found.first, unit.inverse);
        found.first = plus(found.first, times(found.power, found.order));
        found.all = found.first;
        if constexpr (unusual) found.all = times(found.all, unit.inverse);
        found.all = plus(found.all, times(found.power, found.x));
        found.value = number(found.all);
        found.weight = found.value;
        if constexpr (unusual) found.weight = lowered(found.value, exponent_of(unit, frame));
        return found;
    }

    template <class P, bool unusual>
    SOFTGRAD_INLINE Pair log_weight(Pack z, Pack weight, const Frame& frame) const {
        if constexpr (!unusual) return log_of_normal(weight, Pack{});
        const Pack exponent = exponent_of(LogitUnit::of<true>(z), frame);
        return log_of_normal(at<P, true>(z, frame).value, Pack{}, exponent);
    }

private:
    SOFTGRAD_INLINE Pack exponent_of(const LogitUnit& unit, const Frame& frame) const {
        return static_cast<double>(order) * unit.exponent - frame.top_exponent;
    }

    // F_(k-2), with the coefficient of x^m multiplied by the inverse unit to the power k - 2 - m.
    template <class P, bool unusual>
    SOFTGRAD_INLINE Carried<P> polynomial_part(Pack x, Pack unit_inverse) const {
        Carried<P> sum = taylor::carried<P>(splat(coefficients[order - 2]));
        Pack small = unit_inverse;
        for (Index m = order - 3; m >= 0; --m) {
            const Pack c = splat(coefficients[m]);
            sum = taylor::step(sum, x, unusual ? c * small : c);
            if constexpr (unusual) small *= unit_inverse;
        }
        return sum;
    }

    // x^(k-1) by squaring.
    template <class P>
    SOFTGRAD_INLINE Carried<P> odd_power(Pack x) const {
        Carried<P> power = taylor::carried<P>(x);
        Carried<P> square = taylor::times(power, x);
        for (Index half = order / 2 - 1; half > 0; half /= 2) {
            if (half % 2) power = taylor::times(power, square);
            square = taylor::times(square, square);
        }
        return power;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
