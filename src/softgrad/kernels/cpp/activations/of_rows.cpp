// The activations of whole rows that have stages, one line each.

#include "entmax.hpp"
#include "hardmax.hpp"
#include "l2_normalise.hpp"
#include "log_softmax.hpp"
#include "normalised_softplus.hpp"
#include "softmax.hpp"
#include "softmax_plus_one.hpp"
#include "softmin.hpp"
#include "sparsemax.hpp"
#include "spherical_softmax.hpp"
#include "taylor_softmax.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

static constexpr ActivationStages stages_of_rows[] = {
    Softmax::stages("softmax"),
    LogSoftmax::stages("log_softmax"),
    Softmin::stages("softmin"),
    PositiveWeights<TaylorWeight>::stages("taylor_softmax"),
    PositiveWeights<SphericalWeight>::stages("spherical_softmax"),
    PositiveWeights<SoftplusWeight>::stages("normalised_softplus"),
    Sparsemax::stages("sparsemax"),
    Entmax::stages("entmax"),
    SoftmaxPlusOne::stages("softmax_plus_one"),
    Hardmax::stages("hardmax"),
    L2Normalise::stages("l2_normalise"),
};

const List<ActivationStages> activations_of_rows(stages_of_rows);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
