// Activations entry by entry with losses that are sums over entries of the output, for float32 without
// gaps: a stage of each over blocks that stay in the first cache.
#pragma once

#include "chain.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_entry_pairs(const Job& job, const ActivationStages& activation, const LossStages* loss);
Index packs_of_entry_pairs();

// Rows [begin, end); `chain` does what this loop does not.
bool run_entry_pairs(const Job& job, const ActivationStages& activation, const LossStages& loss,
                     Chain& chain, Index begin, Index end);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
