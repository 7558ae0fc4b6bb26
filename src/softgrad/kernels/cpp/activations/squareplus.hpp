// (z + sqrt(z^2 + 4)) / 2, the larger root of a^2 - z a - 1; the product of the two is -1.
#pragma once

#include "../arithmetic/near_divergence.hpp"
#include "../stages/element_wise.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Squareplus {
    static constexpr bool positive = true, has_potential = true, log_bends = true;

    template <class P>
    SOFTGRAD_INLINE static Pack value(Pack z, const double*) {
        const Pack larger = 0.5 * absolute(z) + 0.5 * root(z);
        return select(z < 0.0, 1.0 / larger, larger);
    }
    // a / sqrt(z^2 + 4).
    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double*) {
        const Pack length = root(z);
        const Pack share = 1.0 / (0.5 * absolute(z) + 0.5 * length) / length;
        return select(z < 0.0, share, 1.0 - share);
    }
    // 2 / (z^2 + 4)^(3/2).
    template <class P>
    SOFTGRAD_INLINE static Pack second(Pack z, const double*) {
        const Pack length = root(z);
        return 2.0 / length / length / length;
    }

    // asinh(z / 2) = log(1 + |z| / 2 + (sqrt(z^2 + 4) / 2 - 1)), odd.
    template <class P>
    SOFTGRAD_INLINE static Pack log_value(Pack z, const double*) {
        const Pack size = absolute(z);
        const Pack far = size - 1.0;
        const Pack near = 0.5 * size + 0.5 * size * (size / (2.0 + root(z)));
        return with_sign_of(log_one_plus(select(size > furthest, far, near)), z);
    }
    template <class P>
    SOFTGRAD_INLINE static Pack log_first(Pack z, const double*) {
        return 1.0 / root(z);
    }
    // -z / (z^2 + 4)^(3/2).
    template <class P>
    SOFTGRAD_INLINE static Pack log_second(Pack z, const double*) {
        const Pack length = root(z);
        const Mask infinite = absolute(z) == infinity;
        return -select(infinite, Pack{}, z / length) / length / length;
    }

    // (a - t)^2 / 2 + r - 1 - log r with r = t / a; infinite for t <= 0.
    template <class P>
    SOFTGRAD_INLINE static Pack excess(Pack z, Pack t, const double* parameters) {
        const Pack a = value<P>(z, parameters);
        const Pack aim = select(t <= 0.0, splat(1.0), t);
        const Pack difference = aim - a;
        const Pack value = 0.5 * difference * difference + log_excess(aim / a, difference / a);
        return select((t <= 0.0) | (absolute(z) == infinity), splat(infinity), value);
    }

private:
    static constexpr double furthest = 0x1p30;  // from here on sqrt(z^2 + 4) is |z|

    // sqrt(z^2 + 4) without overflow.
    SOFTGRAD_INLINE static Pack root(Pack z) {
        const Pack size = absolute(z);
        return select(size > furthest, size, square_root(multiply_add(z, z, splat(4.0))));
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
