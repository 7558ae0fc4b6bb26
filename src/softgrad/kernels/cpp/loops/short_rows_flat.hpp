// Short rows of float32 in the order of memory (flat_rows.hpp), with labels or alone.
#pragma once

#include "softmax_work.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Everything in the order of memory, without gaps, on an instruction set where it pays.
bool serves_short_rows_flat(const Job& job);
Index packs_of_short_rows_flat(const Job& job);

// Rows [begin, end); `chain` does what this loop does not. False where a label is out of range.
bool run_short_rows_flat(const SoftmaxWork& work, Chain& chain, Index begin, Index end);

// The same of targets one an entry.
bool serves_flat_dense(const SoftmaxWork& work);
Index packs_of_flat_dense(const Job& job);
bool run_flat_dense(const SoftmaxWork& work, Chain& chain, Index begin, Index end);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
