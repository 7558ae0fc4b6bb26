// Weights f(z) / sum f(z) of a polynomial or softplus f in float32 without gaps, rows of 32 to 2,048
// entries: losses of the true class with labels, losses by entries of their output (value, gradient),
// and such a row, or one over its length, alone (row_maps.hpp).
#pragma once

#include "chain.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_row_pairs(const Job& job, const ActivationStages& activation, const LossStages* loss);
Index packs_of_row_pairs();

// Rows [begin, end); `chain` does what this loop does not.
bool run_row_pairs(const Job& job, const ActivationStages& activation, const LossStages* loss,
                   Chain& chain, Index begin, Index end);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
