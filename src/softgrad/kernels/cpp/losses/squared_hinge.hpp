// sum_c t_c max(0, m + max_{j != c} r_j - r_c)^2. Its Hessian has rank three and no stage.
#pragma once

#include "../stages/margins.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct SquaredHinge {
    static constexpr bool has_hessian = false;
    SOFTGRAD_INLINE static Pack loss(Pack violation) { return violation * violation; }
    SOFTGRAD_INLINE static Pack slope(Pack violation) { return 2.0 * violation; }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
