// Short rows side by side whose targets are one number an entry.
#pragma once

#include "softmax_work.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Rows [begin, end); `chain` does what this loop does not. False where a target is out of range.
bool run_short_rows_dense(const SoftmaxWork& work, Chain& chain, Index begin, Index end);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
