// The losses that have stages: those of the generator, and those of whole rows, one line each.

#include "cosine.hpp"
#include "dice.hpp"
#include "gaussian.hpp"
#include "hinge.hpp"
#include "kl_divergence.hpp"
#include "lists/losses.hpp"
#include "ranked_probability_score.hpp"
#include "spherical_score.hpp"
#include "squared_hinge.hpp"
#include "tversky.hpp"
#include "weston_watkins.hpp"
#include "z_loss.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

static constexpr LossStages stages_of_losses[] = {
#include "lists/losses.inc"
    KLDivergence::stages("kl_divergence"),
    SphericalScore::stages("spherical_score"),
    RankedProbabilityScore::stages("ranked_probability_score"),
    Dice::stages("dice"),
    Tversky::stages("tversky"),
    Cosine::stages("cosine"),
    Gaussian::stages("gaussian"),
    Hinges<Hinge>::stages("hinge"),
    Hinges<SquaredHinge>::stages("squared_hinge"),
    WestonWatkins::stages("weston_watkins"),
    ZLoss::stages("z_loss"),
};

const List<LossStages> losses(stages_of_losses);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
