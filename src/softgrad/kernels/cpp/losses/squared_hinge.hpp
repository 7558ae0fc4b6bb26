// sum_c t_c max(0, m + max_{j != c} r_j - r_c)^2.
#pragma once

#include "../stages/margins.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct SquaredHinge {
    SOFTGRAD_INLINE static Pack loss(Pack violation) { return violation * violation; }
    SOFTGRAD_INLINE static Pack slope(Pack violation) { return 2.0 * violation; }
    SOFTGRAD_INLINE static Pack bend(Pack violation) { return where(violation != 0.0, splat(2.0)); }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
