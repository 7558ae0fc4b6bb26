// Sigmoid, probit and complementary log-log with losses that look at both sides of a coin, targets in
// [0, 1] entry by entry, for float32 without gaps: binary labels, and boosting with two classes.
#pragma once

#include "chain.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_coin_rows(const Job& job, const ActivationStages& activation, const LossStages* loss);
Index packs_of_coin_rows();

// Rows [begin, end); `chain` does what this loop does not.
bool run_coin_rows(const Job& job, const ActivationStages& activation, const LossStages& loss,
                   Chain& chain, Index begin, Index end);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
