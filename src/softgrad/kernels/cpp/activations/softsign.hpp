// z / (1 + |z|); its second derivative jumps at 0, where it is taken as 0.
#pragma once

#include "../arithmetic/near_divergence.hpp"
#include "../stages/element_wise.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Softsign {
    static constexpr bool positive = false, has_potential = true;

    template <class P>
    SOFTGRAD_INLINE static Pack value(Pack z, const double*) {
        const Pack size = smallest(splat(1e300), absolute(z));  // so that infinity gives 1
        return with_sign_of(size / (1.0 + size), z);
    }
    // 1 / (1 + |z|)^2.
    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double*) {
        const Pack r = 1.0 / (1.0 + absolute(z));
        return r * r;
    }
    // -2 sign(z) / (1 + |z|)^3.
    template <class P>
    SOFTGRAD_INLINE static Pack second(Pack z, const double*) {
        const Pack r = 1.0 / (1.0 + absolute(z));
        return where(z != 0.0, with_sign_of(2.0 * r * r * r, -z));
    }
    // x - log(1 + x) with 1 + x = (1 + |z|) (1 - |t|) on one side of 0; infinite for |t| >= 1.
    // On two sides the potential, its conjugate and -t z are each non-negative.
    template <class P>
    SOFTGRAD_INLINE static Pack excess(Pack z, Pack t, const double*) {
        const Pack size = absolute(z), aim = absolute(t);
        const Pack inside = select(aim >= 1.0, Pack{}, aim);  // NaN passes
        const Pack left = 1.0 - inside;
        const Pack same = log_excess((1.0 + size) * left, size * left - inside);
        const Pack opposite = inside * size - log1pmx(size) - log1pmx(-inside);
        const Mask crossed = ((z > 0.0) & (t < 0.0)) | ((z < 0.0) & (t > 0.0));
        return select(aim >= 1.0, splat(infinity), select(crossed, opposite, same));
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
