// The activations entry by entry that have stages, one line each.

#include "arctan.hpp"
#include "celu.hpp"
#include "complementary_log_log.hpp"
#include "elu.hpp"
#include "exp.hpp"
#include "gelu_in_floats.hpp"
#include "hard_sigmoid.hpp"
#include "hard_tanh.hpp"
#include "identity.hpp"
#include "leaky_relu.hpp"
#include "log_sigmoid.hpp"
#include "mish_in_floats.hpp"
#include "probit.hpp"
#include "relu.hpp"
#include "selu.hpp"
#include "sigmoid_in_floats.hpp"
#include "silu_in_floats.hpp"
#include "softplus_in_floats.hpp"
#include "softsign.hpp"
#include "squareplus.hpp"
#include "tanh_in_floats.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

static constexpr ActivationStages stages_by_entry[] = {
    with_floats<SigmoidInFloats>(Coins<Sigmoid>::stages("sigmoid")),
    LogSigmoid::stages("log_sigmoid"),
    Coins<Probit>::stages("probit"),
    Coins<ComplementaryLogLog>::stages("complementary_log_log"),
    Coins<HardSigmoid>::stages("hard_sigmoid"),
    ElementWise<Identity>::stages("identity"),
    with_floats<TanhInFloats>(ElementWise<Tanh>::stages("tanh")),
    ElementWise<ReLU>::stages("relu"),
    ElementWise<LeakyReLU>::stages("leaky_relu"),
    ElementWise<HardTanh>::stages("hard_tanh"),
    ElementWise<Softsign>::stages("softsign"),
    ElementWise<Arctan>::stages("arctan"),
    ElementWise<Squareplus>::stages("squareplus"),
    ElementWise<ELU>::stages("elu"),
    ElementWise<CELU>::stages("celu"),
    ElementWise<SELU>::stages("selu"),
    with_floats<SoftplusInFloats>(ElementWise<Softplus>::stages("softplus")),
    with_floats<SiLUInFloats>(ElementWise<SiLU>::stages("silu")),
    with_floats<MishInFloats>(ElementWise<Mish>::stages("mish")),
    with_floats<GELUInFloats>(GELU::stages("gelu")),
    ElementWise<Exp>::stages("exp"),
};

const List<ActivationStages> activations_by_entry(stages_by_entry);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
