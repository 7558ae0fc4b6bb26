// Softmax, and losses of the true class with labels, for short rows side by side.
#pragma once

#include "softmax_work.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_short_rows(const Job& job);
Index short_rows_at_a_time(const Job& job);
Index packs_of_short_rows(const Job& job);

// Rows [begin, end); `chain` does what this loop does not. False where a label is out of range.
bool run_short_rows(const SoftmaxWork& work, Chain& chain, Index begin, Index end);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
