// sum_c t_c max(0, m + max_{j != c} r_j - r_c), with slope 0 at a kink.
#pragma once

#include "../stages/margins.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Hinge {
    SOFTGRAD_INLINE static Pack loss(Pack violation) { return violation; }
    SOFTGRAD_INLINE static Pack slope(Pack violation) {
        return where(violation != 0.0, splat(1.0));
    }
    SOFTGRAD_INLINE static Pack bend(Pack) { return Pack{}; }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
