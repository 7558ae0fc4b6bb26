// Softmax, and losses of the true class with labels, for logits of float32 or less: the same as
// loops/softmax_rows.hpp and loops/labels.hpp with exponentials in float32, twice as many at a
// time. Sums, logarithms and quotients stay in double precision. What has infinities, masks,
// another sign or a ghost goes through the other loops.
#pragma once

#include "chain.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_wide_rows(const Job& job, const ActivationStages& activation, const LossStages* loss);

// Rows [begin, end); `chain` does what this loop does not. False where a label is out of range.
bool run_wide_rows(const Job& job, const ActivationStages& activation, const LossStages* loss,
                   Chain& chain, const Tiling& tiling, Index begin, Index end);

// How many rows it takes at a time.
Index wide_rows_at_a_time(const Job& job);

Index packs_of_wide_rows(const Job& job);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
