// Maps entry by entry over memory without gaps: no rows, no targets.
#pragma once

#include "../stages/stages.hpp"
#include "../stages/workspace.hpp"
#include "load.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

inline constexpr Index flat_packs = 8192 / pack_bytes;

// Whether every array of the job is one run of memory in one order, so that "rows" of one entry
// are all there is.
bool serves_flat(const Job& job, const ActivationStages& activation);

void run_flat(const Job& job, const ActivationStages& activation, Index begin, Index end);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
