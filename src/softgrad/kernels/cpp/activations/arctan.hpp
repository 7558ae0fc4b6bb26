// arctan z, with derivatives 1 / (1 + z^2) and -2 z / (1 + z^2)^2.
#pragma once

#include "../arithmetic/inverse_tangent.hpp"
#include "../arithmetic/relative_entropy.hpp"
#include "../arithmetic/sine.hpp"
#include "../stages/element_wise.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Arctan {
    static constexpr bool positive = false, has_potential = true;

    template <class P>
    SOFTGRAD_INLINE static Pack value(Pack z, const double*) {
        return inverse_tangent<P>(z);
    }
    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double*) {
        const Reciprocal at = reciprocal_at(z);
        return select(at.far, at.r * at.r, at.r);
    }
    template <class P>
    SOFTGRAD_INLINE static Pack second(Pack z, const double*) {
        const Reciprocal at = reciprocal_at(z);
        return -2.0 * select(at.far, at.r, z) * at.r * at.r;
    }
    // z d - log(1 + w) with d = arctan z - t and 1 + w = cos t / cos(arctan z).
    //
    // As w = z sin d - 2 sin(d / 2)^2, it is z (d - sin d) + 2 sin(d / 2)^2 + (w - log(1 + w)),
    // whose first term alone can be negative, and is then the smaller. Infinite for |t| > pi / 2.
    template <class P>
    SOFTGRAD_INLINE static Pack excess(Pack z, Pack t, const double*) {
        const Mask infinite = absolute(z) == infinity;
        const Pack inner = select(infinite, Pack{}, z);
        const Pack d = inverse_tangent<Precise>(inner) - t;
        const Pack less = less_sine(d), half = 0.5 * d - less_sine(0.5 * d);
        const Pack fall = 2.0 * half * half;
        const Pack w = largest(splat(-1.0), inner * (d - less) - fall);
        const Pack value = inner * less + fall - log1pmx(w);
        return select((absolute(t) > half_pi) | infinite, splat(infinity), value);
    }

private:
    static constexpr double half_pi = 0x1.921fb54442d18p+0;

    // 1 / (1 + z^2), and 1 / z far out, where 1 + z^2 is z^2 to the last place and may overflow.
    struct Reciprocal {
        Mask far;
        Pack r;
    };
    SOFTGRAD_INLINE static Reciprocal reciprocal_at(Pack z) {
        const Mask far = absolute(z) > 1e8;
        return {far, 1.0 / select(far, z, multiply_add(z, z, splat(1.0)))};
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
