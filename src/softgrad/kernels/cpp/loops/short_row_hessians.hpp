// Products with the Hessian, by the logits of softmax and its kin, of losses of short rows and of
// columns, as loops/long_row_hessians.hpp has for long ones: many rows side by side, one in each lane.
#pragma once

#include "softmax_work.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_short_row_hessians(const Job& job, const ActivationStages& activation,
                               const LossStages* loss);
Index short_row_hessians_at_a_time(const Job& job);
Index packs_of_short_row_hessians(const Job& job);

// Rows [begin, end); `chain` does what this loop does not.
bool run_short_row_hessians(const SoftmaxWork& work, Chain& chain, Index begin, Index end);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
