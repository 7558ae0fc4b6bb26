// Losses of the true class alone, for maps made of exponentials, with labels: the work of training
// and boosting. Fused by hand, for here the traffic of the tile itself is what limits the chain:
// logits are read twice and everything else is written once, where the chain's stages make nine
// passes over the tile.
//
// With e_j, t from stages/exponentials.hpp, c the label and psi the loss:
//     value      psi(L), L = (z_k - z_c) / T + log(1 + t)
//     gradient   psi' p_j / T elsewhere; at the label -psi' (1 - p_c) / T
//     diagonal   (psi' p_j (1 - p_j) + psi'' p_j^2) / T^2; at the label p_j^2 is (1 - p_c)^2
#pragma once

#include "chain.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_labels(const Job& job, const ActivationStages& activation, const LossStages* loss);

// One tile; rows with infinities go through the chain. False where a label is out of range.
bool run_labels(const Job& job, const ActivationStages& activation, const LossStages& loss,
                Chain& chain, const TileRows& rows);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
