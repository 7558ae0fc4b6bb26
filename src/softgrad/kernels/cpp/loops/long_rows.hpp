// Softmax, and losses of the true class with labels, for long rows, one after the other.
#pragma once

#include "softmax_work.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_long_rows(const Job& job);
Index packs_of_long_rows(const Job& job);

// Rows [begin, end); `chain` does what this loop does not. False where a label is out of range.
bool run_long_rows(const SoftmaxWork& work, Chain& chain, Index begin, Index end);

// The same of rows that threads share (jobs.hpp). No blocks for works whose rows are not.
SharedRow shared_long_row(const SoftmaxWork& work);
void raise_shared_row(const SoftmaxWork& work, const RowPart& part);
bool join_shared_row(const SoftmaxWork& work, const RowPart& part);
void write_shared_row(const SoftmaxWork& work, const RowPart& part);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
