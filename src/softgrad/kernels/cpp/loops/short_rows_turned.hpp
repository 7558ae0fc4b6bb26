// Short rows side by side, one a lane (short_rows_tile.hpp), with labels or alone.
#pragma once

#include "softmax_work.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Rows [begin, end); `chain` does what this loop does not. False where a label is out of range.
template <class N>
bool run_turned(const SoftmaxWork& work, Chain& chain, Index begin, Index end);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
