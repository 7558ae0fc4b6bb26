// arctan x.
//
// Odd, and with t = tan(pi / 8): |x| <= t as it is, pi / 4 + arctan((|x| - 1) / (|x| + 1)) up to
// 1 / t, and pi / 2 - arctan(1 / |x|) beyond, so that one polynomial on [-t, t] serves all.
#pragma once

#include "precision.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace inverse_tangent_constants {
// (arctan(s) / s - 1) / s^2 in s^2 <= tan(pi / 8)^2, to 2^-59.4 of arctan (Lawson's iteration at 50
// digits).
inline constexpr double precise[] = {
    -0x1.555555555553dp-2, 0x1.99999999957cfp-3, -0x1.24924922aa5e1p-3, 0x1.c71c70e516596p-4,
    -0x1.745cf8c48170bp-4, 0x1.3b1117a9ab050p-4, -0x1.10eba9c04fb97p-4, 0x1.df0e8ed9f72f3p-5,
    -0x1.9ccfc2fad00dap-5, 0x1.37ced020cfdb6p-5, -0x1.255cc58a8a20ep-6,
};
// arctan(s) / s, to 2^-35.4.
inline constexpr double brief[] = {
    0x1.ffffffffd25f4p-1, -0x1.555554871d70ep-2, 0x1.999900eb5c546p-3, -0x1.247cf73832db3p-3,
    0x1.c43ed9808e5cfp-4, -0x1.5a8162c39622cp-4, 0x1.822adf4ad4af3p-5,
};
inline constexpr double tangent = 0x1.a827999fcef32p-2;      // tan(pi / 8)
inline constexpr double cotangent = 0x1.3504f333f9de6p+1;    // 1 / tan(pi / 8)
inline constexpr double quarter_pi = 0x1.921fb54442d18p-1;
inline constexpr double quarter_pi_low = 0x1.1a62633145c07p-55;
}  // namespace inverse_tangent_constants

template <class P>
SOFTGRAD_INLINE Pack inverse_tangent(Pack x) {
    using namespace inverse_tangent_constants;
    const Pack size = absolute(x);
    const Mask middle = size > tangent, far = size > cotangent;
    const Pack over = select(far, splat(-1.0), select(middle, size - 1.0, size));
    const Pack under = select(far, size, select(middle, size + 1.0, splat(1.0)));
    const Pack quarters = select(far, splat(2.0), select(middle, splat(1.0), Pack{}));
    const Pack s = over / under, w = s * s;
    Pack found;
    if constexpr (P::precise) {
        const Pack small = multiply_add(s * w, polynomial(w, precise), quarters * quarter_pi_low);
        found = quarters * quarter_pi + (s + small);
    } else {
        found = multiply_add(s, polynomial(w, brief), quarters * quarter_pi);
    }
    return with_sign_of(found, x);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
