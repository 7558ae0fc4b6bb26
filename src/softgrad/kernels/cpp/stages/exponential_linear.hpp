// Activations that are linear on the right and exponential on the left. A file supplies a struct F
// with a static function shape(parameters).
//
// At 0 the derivative is the smaller of its two sides where they differ, and the second is 0.
#pragma once

#include "../arithmetic/decay.hpp"
#include "../arithmetic/exponential_minus_one.hpp"
#include "../arithmetic/relative_entropy.hpp"
#include "element_wise.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// slope z for z >= 0, depth (exp(z / width) - 1) below.
struct LinearExponential {
    double slope;
    double depth;
    double width;
};

template <class F>
struct ExponentialLinear {
    static constexpr bool positive = false, has_potential = true;

    template <class P>
    SOFTGRAD_INLINE static Pack value(Pack z, const double* parameters) {
        const LinearExponential s = F::shape(parameters);
        const Pair x = scaled<P>(z, s.width);
        return select(z < 0.0, s.depth * exponential_minus_one<P>(x.high, x.low), s.slope * z);
    }
    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double* parameters) {
        const LinearExponential s = F::shape(parameters);
        const double edge = s.depth / s.width, at_zero = s.slope < edge ? s.slope : edge;
        return sides<P>(z, s.width, edge, select(z > 0.0, splat(s.slope), splat(at_zero)));
    }
    template <class P>
    SOFTGRAD_INLINE static Pack second(Pack z, const double* parameters) {
        const LinearExponential s = F::shape(parameters);
        return sides<P>(z, s.width, s.depth / s.width / s.width, Pack{});
    }

    // A parabola of the positive parts, a relative entropy of the negative ones, -t z across.
    //
    // With p = exp(z / width) and s = 1 + t / depth for the negative parts of z and t, it is
    // depth width (s log(s / p) - s + p). Infinite for t < -depth.
    template <class P>
    SOFTGRAD_INLINE static Pack excess(Pack z, Pack t, const double* parameters) {
        const LinearExponential s = F::shape(parameters);
        const Pack z_right = largest(Pack{}, z), z_left = smallest(Pack{}, z);
        const Pack t_right = largest(Pack{}, t), t_left = smallest(Pack{}, t);
        const Pack share = t_left / s.depth;
        const Pack x = scaled<Precise>(z_left, s.width).high;
        const Pack left = relative_entropy_term(largest(Pack{}, 1.0 + share), Precise::exp(x),
                                                z_left / s.width, share - exponential_minus_one(x));
        const Pack gap = s.slope * z_right - t_right;
        const Pack across = where(t_right > 0.0, -t_right * z_left) +
                            where(t_left < 0.0, -t_left * z_right);
        const Pack value = 0.5 * gap * (gap / s.slope) + s.depth * s.width * left + across;
        return select(t < -s.depth, splat(infinity), value);
    }

private:
    // z / width for z < 0 and what the division rounded away, which exp would magnify.
    template <class P>
    SOFTGRAD_INLINE static Pair scaled(Pack z, double width) {
        const Pack inner = smallest(Pack{}, largest(splat(-1000.0 * width), z));  // NaN passes
        if constexpr (!P::precise) return {inner * (1.0 / width), Pack{}};
        const Pack quotient = inner / width;
        const Pair product = two_product(quotient, splat(width));
        return {quotient, ((inner - product.high) - product.low) / width};
    }
    // edge exp(z / width) left of 0.
    template <class P>
    SOFTGRAD_INLINE static Pack sides(Pack z, double width, double edge, Pack right) {
        const Pair x = scaled<P>(z, width);
        const Pack left = Decay<P>(x.high, x.low).times(splat(edge));
        return select(is_nan(z), z, select(z < 0.0, left, right));
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
