// Products with the Hessian, by the logits of softmax and its kin, of losses of long rows: those of
// the true class with labels, those linear in log p and the squared error with any targets.
#pragma once

#include "softmax_work.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_long_row_hessians(const Job& job, const ActivationStages& activation,
                              const LossStages* loss);

// Rows [begin, end); `chain` does what this loop does not.
bool run_long_row_hessians(const SoftmaxWork& work, Chain& chain, Index begin, Index end);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
