// Products with softmax's Jacobian, which is symmetric, and with the second derivative of its
// output, for long rows one after the other.
#pragma once

#include "softmax_work.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_long_row_products(const Job& job, const ActivationStages& activation);

// Rows [begin, end); `chain` does what this loop does not.
bool run_long_row_products(const SoftmaxWork& work, Chain& chain, Index begin, Index end);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
