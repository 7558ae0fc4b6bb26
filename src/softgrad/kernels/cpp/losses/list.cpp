// The losses that have stages, one line each.

#include "absolute_error.hpp"
#include "alpha_divergence.hpp"
#include "cosine.hpp"
#include "cross_entropy.hpp"
#include "dice.hpp"
#include "focal.hpp"
#include "gaussian.hpp"
#include "generalised_cross_entropy.hpp"
#include "hinge.hpp"
#include "huber.hpp"
#include "jensen_shannon.hpp"
#include "kl_divergence.hpp"
#include "log_cosh.hpp"
#include "poisson.hpp"
#include "poly.hpp"
#include "pseudo_huber.hpp"
#include "quantile.hpp"
#include "ranked_probability_score.hpp"
#include "reverse_kl_divergence.hpp"
#include "spherical_score.hpp"
#include "squared_error.hpp"
#include "squared_hinge.hpp"
#include "symmetric_cross_entropy.hpp"
#include "taylor_cross_entropy.hpp"
#include "true_class_error.hpp"
#include "tversky.hpp"
#include "tweedie.hpp"
#include "weston_watkins.hpp"
#include "z_loss.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

static constexpr LossStages stages_of_losses[] = {
    CrossEntropy::stages("cross_entropy"),
    TrueClassLoss<Focal>::stages("focal"),
    TrueClassLoss<GeneralisedCrossEntropy>::stages("generalised_cross_entropy"),
    TrueClassLoss<TrueClassError>::stages("true_class_error"),
    TrueClassLoss<Poly>::stages("poly"),
    TrueClassLoss<TaylorCrossEntropy>::stages("taylor_cross_entropy"),
    TrueClassLoss<SymmetricCrossEntropy>::stages("symmetric_cross_entropy"),
    SquaredError::stages("squared_error"),
    Separable<AbsoluteError>::stages("absolute_error"),
    KLDivergence::stages("kl_divergence"),
    Separable<ReverseKLDivergence>::stages("reverse_kl_divergence"),
    Separable<JensenShannon>::stages("jensen_shannon"),
    Separable<AlphaDivergence>::stages("alpha_divergence"),
    SphericalScore::stages("spherical_score"),
    RankedProbabilityScore::stages("ranked_probability_score"),
    Dice::stages("dice"),
    Tversky::stages("tversky"),
    Separable<Huber>::stages("huber"),
    Separable<PseudoHuber>::stages("pseudo_huber"),
    Separable<LogCosh>::stages("log_cosh"),
    Separable<Quantile>::stages("quantile"),
    Cosine::stages("cosine"),
    Separable<Poisson>::stages("poisson"),
    Separable<Tweedie>::stages("tweedie"),
    Gaussian::stages("gaussian"),
    Hinges<Hinge>::stages("hinge"),
    Hinges<SquaredHinge>::stages("squared_hinge"),
    WestonWatkins::stages("weston_watkins"),
    ZLoss::stages("z_loss"),
};

const List<LossStages> losses(stages_of_losses);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
