// Sigmoid with the cross-entropy of targets in [0, 1], entry by entry, for float32 without gaps:
// binary labels, and boosting with two classes.
#pragma once

#include "chain.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_coin_rows(const Job& job, const ActivationStages& activation, const LossStages* loss);
Index coin_rows_at_a_time(const Job& job);
Index packs_of_coin_rows(const Job& job);

// Rows [begin, end); `chain` does what this loop does not.
bool run_coin_rows(const Job& job, Chain& chain, Index begin, Index end);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
