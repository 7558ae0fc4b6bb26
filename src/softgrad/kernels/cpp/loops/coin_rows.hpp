// Sigmoid with cross-entropy, KL divergence and losses of the true class, targets in [0, 1] entry by
// entry, for float32 without gaps: binary labels, and boosting with two classes.
#pragma once

#include "chain.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_coin_rows(const Job& job, const ActivationStages& activation, const LossStages* loss);
Index packs_of_coin_rows();

// Rows [begin, end); `chain` does what this loop does not.
bool run_coin_rows(const Job& job, const LossStages& loss, Chain& chain, Index begin, Index end);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
