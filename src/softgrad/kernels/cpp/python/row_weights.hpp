// What rows count, looked at before a job runs.
#pragma once

#include "../jobs.hpp"

namespace softgrad {

// Weights that are negative, infinite or NaN are left to the general path, which names them.
bool are_weights(const Entries& weights, std::int64_t rows);

// 1 over the sum of the weights of all rows, which have labels in range: what a mean multiplies
// by. 0 where they sum to 0, and 1 where there are no rows.
double share_of_each(const Job& job);

}  // namespace softgrad
