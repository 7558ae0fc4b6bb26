// The output alone of the maps made of exponentials: the work of inference and attention.
#pragma once

#include "chain.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_softmax_rows(const Job& job, const ActivationStages& activation);

// One tile; rows with infinities go through the chain.
void run_softmax_rows(const Job& job, const ActivationStages& activation, Chain& chain,
                      const TileRows& rows);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
