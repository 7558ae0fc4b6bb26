// The Hessian of sigmoid with cross-entropy times a vector, where the loop over coin_rows.hpp serves.
#pragma once

#include "chain.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_coin_products(const Job& job, const ActivationStages& activation,
                          const LossStages* loss);

// Rows [begin, end); `chain` does what this loop does not.
bool run_coin_products(const Job& job, Chain& chain, Index begin, Index end);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
