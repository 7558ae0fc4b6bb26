// (z + sqrt(z^2 + b)) / 2, the larger root of a^2 - z a - b / 4; the product of the two is -b / 4.
#pragma once

#include <cmath>

#include "../arithmetic/near_divergence.hpp"
#include "../stages/element_wise.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Squareplus {
    static constexpr bool positive = true, has_potential = true, log_bends = true;

    template <class P>
    SOFTGRAD_INLINE static Pack value(Pack z, const double* parameters) {
        const Pack larger = 0.5 * absolute(z) + 0.5 * root(z, parameters);
        return select(z < 0.0, 0.25 * parameters[0] / larger, larger);
    }
    // a / sqrt(z^2 + b).
    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double* parameters) {
        const Pack length = root(z, parameters);
        const Pack share = 0.25 * parameters[0] / (0.5 * absolute(z) + 0.5 * length) / length;
        return select(z < 0.0, share, 1.0 - share);
    }
    // (b / 2) / (z^2 + b)^(3/2).
    template <class P>
    SOFTGRAD_INLINE static Pack second(Pack z, const double* parameters) {
        const Pack length = root(z, parameters);
        return 0.5 * parameters[0] / length / length / length;
    }

    // asinh(x) + log(b / 4) / 2 with x = z / sqrt b; asinh is log(1 + |x| + (sqrt(x^2 + 1) - 1)), odd.
    template <class P>
    SOFTGRAD_INLINE static Pack log_value(Pack z, const double* parameters) {
        const Pack x = z / std::sqrt(parameters[0]);
        const Pack size = absolute(x);
        const Pack near = size + size * (size / (1.0 + hypotenuse(x)));
        const Pack far = 2.0 * size - 1.0;
        const Pack odd = with_sign_of(log_one_plus(select(size > furthest, far, near)), z);
        return odd + 0.5 * std::log(0.25 * parameters[0]);
    }
    template <class P>
    SOFTGRAD_INLINE static Pack log_first(Pack z, const double* parameters) {
        return 1.0 / root(z, parameters);
    }
    // -z / (z^2 + b)^(3/2).
    template <class P>
    SOFTGRAD_INLINE static Pack log_second(Pack z, const double* parameters) {
        const Pack length = root(z, parameters);
        const Mask infinite = absolute(z) == infinity;
        return -select(infinite, Pack{}, z / length) / length / length;
    }

    // (a - t)^2 / 2 + (b / 4) (r - 1 - log r) with r = t / a; infinite for t <= 0.
    template <class P>
    SOFTGRAD_INLINE static Pack excess(Pack z, Pack t, const double* parameters) {
        const Pack a = value<P>(z, parameters);
        const Pack aim = select(t <= 0.0, splat(1.0), t);
        const Pack difference = aim - a;
        const Pack bent = 0.25 * parameters[0] * log_excess(aim / a, difference / a);
        const Pack value = 0.5 * difference * difference + bent;
        return select((t <= 0.0) | (absolute(z) == infinity), splat(infinity), value);
    }

private:
    static constexpr double furthest = 0x1p30;  // from here on sqrt(x^2 + 1) is |x|

    // sqrt(x^2 + 1) without overflow.
    SOFTGRAD_INLINE static Pack hypotenuse(Pack x) {
        const Pack size = absolute(x);
        return select(size > furthest, size, square_root(multiply_add(x, x, splat(1.0))));
    }
    // sqrt(z^2 + b), of a large b at a smaller scale.
    SOFTGRAD_INLINE static Pack root(Pack z, const double* parameters) {
        const double scale = parameters[0] > 0x1p600 ? 0x1p-400 : 1.0;
        const Pack x = scale * absolute(z);
        const double square = scale * parameters[0] * scale;
        const Pack far = splat(furthest * std::sqrt(square));
        return select(x > far, x, square_root(multiply_add(x, x, splat(square)))) / scale;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
