"""The public names of softgrad; written by tools/public_stub.py from the catalogue."""

from softgrad.activations.arctan import Arctan as Arctan
from softgrad.activations.celu import CELU as CELU
from softgrad.activations.complementary_log_log import ComplementaryLogLog as ComplementaryLogLog
from softgrad.activations.elu import ELU as ELU
from softgrad.activations.entmax import Entmax as Entmax
from softgrad.activations.exp import Exp as Exp
from softgrad.activations.gelu import GELU as GELU
from softgrad.activations.gumbel_softmax import GumbelSoftmax as GumbelSoftmax
from softgrad.activations.hard_shrink import HardShrink as HardShrink
from softgrad.activations.hard_sigmoid import HardSigmoid as HardSigmoid
from softgrad.activations.hard_swish import HardSwish as HardSwish
from softgrad.activations.hard_tanh import HardTanh as HardTanh
from softgrad.activations.hardmax import Hardmax as Hardmax
from softgrad.activations.identity import Identity as Identity
from softgrad.activations.l2_normalise import L2Normalise as L2Normalise
from softgrad.activations.leaky_relu import LeakyReLU as LeakyReLU
from softgrad.activations.log_sigmoid import LogSigmoid as LogSigmoid
from softgrad.activations.log_softmax import LogSoftmax as LogSoftmax
from softgrad.activations.mish import Mish as Mish
from softgrad.activations.normalised_softplus import NormalisedSoftplus as NormalisedSoftplus
from softgrad.activations.probit import Probit as Probit
from softgrad.activations.relu import ReLU as ReLU
from softgrad.activations.relu6 import ReLU6 as ReLU6
from softgrad.activations.selu import SELU as SELU
from softgrad.activations.sigmoid import Sigmoid as Sigmoid
from softgrad.activations.silu import SiLU as SiLU
from softgrad.activations.soft_shrink import SoftShrink as SoftShrink
from softgrad.activations.softmax import Softmax as Softmax
from softgrad.activations.softmax_plus_one import SoftmaxPlusOne as SoftmaxPlusOne
from softgrad.activations.softmin import Softmin as Softmin
from softgrad.activations.softplus import Softplus as Softplus
from softgrad.activations.softsign import Softsign as Softsign
from softgrad.activations.sparse_plus import SparsePlus as SparsePlus
from softgrad.activations.sparsemax import Sparsemax as Sparsemax
from softgrad.activations.spherical_softmax import SphericalSoftmax as SphericalSoftmax
from softgrad.activations.squareplus import Squareplus as Squareplus
from softgrad.activations.tanh import Tanh as Tanh
from softgrad.activations.tanh_shrink import TanhShrink as TanhShrink
from softgrad.activations.taylor_softmax import TaylorSoftmax as TaylorSoftmax
from softgrad.activations.threshold import Threshold as Threshold
from softgrad.arrays.log_partition import logsumexp as logsumexp
from softgrad.catalogue import pairs as pairs
from softgrad.checking.assertion import assert_derivative as assert_derivative
from softgrad.checking.checker import check as check
from softgrad.checking.classes import check_class as check_class
from softgrad.checking.classes import check_module as check_module
from softgrad.errors import SoftgradError as SoftgradError
from softgrad.kernels.configuration import show_config as show_config
from softgrad.kernels.threads import get_threads as get_threads
from softgrad.kernels.threads import set_threads as set_threads
from softgrad.layer.output_layer import OutputLayer as OutputLayer
from softgrad.losses.absolute_error import AbsoluteError as AbsoluteError
from softgrad.losses.absolute_percentage_error import (
    AbsolutePercentageError as AbsolutePercentageError,
)
from softgrad.losses.accelerated_failure_time import (
    AcceleratedFailureTime as AcceleratedFailureTime,
)
from softgrad.losses.alpha_divergence import AlphaDivergence as AlphaDivergence
from softgrad.losses.binary_cross_entropy import BinaryCrossEntropy as BinaryCrossEntropy
from softgrad.losses.cosine import Cosine as Cosine
from softgrad.losses.cox import Cox as Cox
from softgrad.losses.cross_entropy import CrossEntropy as CrossEntropy
from softgrad.losses.dice import Dice as Dice
from softgrad.losses.exponential import Exponential as Exponential
from softgrad.losses.fenchel_young import FenchelYoung as FenchelYoung
from softgrad.losses.focal import Focal as Focal
from softgrad.losses.gaussian import Gaussian as Gaussian
from softgrad.losses.generalised_cross_entropy import (
    GeneralisedCrossEntropy as GeneralisedCrossEntropy,
)
from softgrad.losses.hinge import Hinge as Hinge
from softgrad.losses.huber import Huber as Huber
from softgrad.losses.jensen_shannon import JensenShannon as JensenShannon
from softgrad.losses.kl_divergence import KLDivergence as KLDivergence
from softgrad.losses.kl_divergence_of_logs import KLDivergenceOfLogs as KLDivergenceOfLogs
from softgrad.losses.log_cosh import LogCosh as LogCosh
from softgrad.losses.multi_quantile import MultiQuantile as MultiQuantile
from softgrad.losses.negative_log_likelihood import NegativeLogLikelihood as NegativeLogLikelihood
from softgrad.losses.pairwise_logistic import PairwiseLogistic as PairwiseLogistic
from softgrad.losses.poisson import Poisson as Poisson
from softgrad.losses.poly import Poly as Poly
from softgrad.losses.pseudo_huber import PseudoHuber as PseudoHuber
from softgrad.losses.quantile import Quantile as Quantile
from softgrad.losses.ranked_probability_score import (
    RankedProbabilityScore as RankedProbabilityScore,
)
from softgrad.losses.reverse_kl_divergence import ReverseKLDivergence as ReverseKLDivergence
from softgrad.losses.spherical_score import SphericalScore as SphericalScore
from softgrad.losses.squared_error import SquaredError as SquaredError
from softgrad.losses.squared_hinge import SquaredHinge as SquaredHinge
from softgrad.losses.squared_log_error import SquaredLogError as SquaredLogError
from softgrad.losses.symmetric_cross_entropy import SymmetricCrossEntropy as SymmetricCrossEntropy
from softgrad.losses.taylor_cross_entropy import TaylorCrossEntropy as TaylorCrossEntropy
from softgrad.losses.true_class_error import TrueClassError as TrueClassError
from softgrad.losses.tversky import Tversky as Tversky
from softgrad.losses.tweedie import Tweedie as Tweedie
from softgrad.losses.weston_watkins import WestonWatkins as WestonWatkins
from softgrad.losses.z_loss import ZLoss as ZLoss
from softgrad.operators.diagonal_plus_low_rank import DiagonalPlusLowRank as DiagonalPlusLowRank
from softgrad.registration import register as register

__version__: str

softmax: Softmax
log_softmax: LogSoftmax
softmin: Softmin
taylor_softmax: TaylorSoftmax
spherical_softmax: SphericalSoftmax
normalised_softplus: NormalisedSoftplus
sparsemax: Sparsemax
entmax: Entmax
softmax_plus_one: SoftmaxPlusOne
gumbel_softmax: GumbelSoftmax
hardmax: Hardmax
sigmoid: Sigmoid
identity: Identity
l2_normalise: L2Normalise
tanh: Tanh
relu: ReLU
exp: Exp
leaky_relu: LeakyReLU
hard_tanh: HardTanh
hard_sigmoid: HardSigmoid
softsign: Softsign
arctan: Arctan
squareplus: Squareplus
elu: ELU
celu: CELU
selu: SELU
softplus: Softplus
log_sigmoid: LogSigmoid
silu: SiLU
mish: Mish
gelu: GELU
probit: Probit
complementary_log_log: ComplementaryLogLog
relu6: ReLU6
hard_swish: HardSwish
hard_shrink: HardShrink
soft_shrink: SoftShrink
tanh_shrink: TanhShrink
threshold: Threshold
sparse_plus: SparsePlus
cross_entropy: CrossEntropy
focal: Focal
generalised_cross_entropy: GeneralisedCrossEntropy
true_class_error: TrueClassError
poly: Poly
taylor_cross_entropy: TaylorCrossEntropy
symmetric_cross_entropy: SymmetricCrossEntropy
squared_error: SquaredError
absolute_error: AbsoluteError
kl_divergence: KLDivergence
reverse_kl_divergence: ReverseKLDivergence
jensen_shannon: JensenShannon
alpha_divergence: AlphaDivergence
spherical_score: SphericalScore
ranked_probability_score: RankedProbabilityScore
dice: Dice
tversky: Tversky
huber: Huber
pseudo_huber: PseudoHuber
log_cosh: LogCosh
quantile: Quantile
multi_quantile: MultiQuantile
cosine: Cosine
poisson: Poisson
tweedie: Tweedie
gaussian: Gaussian
hinge: Hinge
squared_hinge: SquaredHinge
weston_watkins: WestonWatkins
fenchel_young: FenchelYoung
z_loss: ZLoss
binary_cross_entropy: BinaryCrossEntropy
negative_log_likelihood: NegativeLogLikelihood
kl_divergence_of_logs: KLDivergenceOfLogs
exponential: Exponential
squared_log_error: SquaredLogError
absolute_percentage_error: AbsolutePercentageError
accelerated_failure_time: AcceleratedFailureTime
cox: Cox
pairwise_logistic: PairwiseLogistic

__all__ = [
    "DiagonalPlusLowRank",
    "OutputLayer",
    "SoftgradError",
    "assert_derivative",
    "check",
    "check_class",
    "check_module",
    "get_threads",
    "logsumexp",
    "pairs",
    "register",
    "set_threads",
    "show_config",
    "softmax",
    "log_softmax",
    "softmin",
    "taylor_softmax",
    "spherical_softmax",
    "normalised_softplus",
    "sparsemax",
    "entmax",
    "softmax_plus_one",
    "gumbel_softmax",
    "hardmax",
    "sigmoid",
    "identity",
    "l2_normalise",
    "tanh",
    "relu",
    "exp",
    "leaky_relu",
    "hard_tanh",
    "hard_sigmoid",
    "softsign",
    "arctan",
    "squareplus",
    "elu",
    "celu",
    "selu",
    "softplus",
    "log_sigmoid",
    "silu",
    "mish",
    "gelu",
    "probit",
    "complementary_log_log",
    "relu6",
    "hard_swish",
    "hard_shrink",
    "soft_shrink",
    "tanh_shrink",
    "threshold",
    "sparse_plus",
    "cross_entropy",
    "focal",
    "generalised_cross_entropy",
    "true_class_error",
    "poly",
    "taylor_cross_entropy",
    "symmetric_cross_entropy",
    "squared_error",
    "absolute_error",
    "kl_divergence",
    "reverse_kl_divergence",
    "jensen_shannon",
    "alpha_divergence",
    "spherical_score",
    "ranked_probability_score",
    "dice",
    "tversky",
    "huber",
    "pseudo_huber",
    "log_cosh",
    "quantile",
    "multi_quantile",
    "cosine",
    "poisson",
    "tweedie",
    "gaussian",
    "hinge",
    "squared_hinge",
    "weston_watkins",
    "fenchel_young",
    "z_loss",
    "binary_cross_entropy",
    "negative_log_likelihood",
    "kl_divergence_of_logs",
    "exponential",
    "squared_log_error",
    "absolute_percentage_error",
    "accelerated_failure_time",
    "cox",
    "pairwise_logistic",
    "Softmax",
    "LogSoftmax",
    "Softmin",
    "TaylorSoftmax",
    "SphericalSoftmax",
    "NormalisedSoftplus",
    "Sparsemax",
    "Entmax",
    "SoftmaxPlusOne",
    "GumbelSoftmax",
    "Hardmax",
    "Sigmoid",
    "Identity",
    "L2Normalise",
    "Tanh",
    "ReLU",
    "Exp",
    "LeakyReLU",
    "HardTanh",
    "HardSigmoid",
    "Softsign",
    "Arctan",
    "Squareplus",
    "ELU",
    "CELU",
    "SELU",
    "Softplus",
    "LogSigmoid",
    "SiLU",
    "Mish",
    "GELU",
    "Probit",
    "ComplementaryLogLog",
    "ReLU6",
    "HardSwish",
    "HardShrink",
    "SoftShrink",
    "TanhShrink",
    "Threshold",
    "SparsePlus",
    "CrossEntropy",
    "Focal",
    "GeneralisedCrossEntropy",
    "TrueClassError",
    "Poly",
    "TaylorCrossEntropy",
    "SymmetricCrossEntropy",
    "SquaredError",
    "AbsoluteError",
    "KLDivergence",
    "ReverseKLDivergence",
    "JensenShannon",
    "AlphaDivergence",
    "SphericalScore",
    "RankedProbabilityScore",
    "Dice",
    "Tversky",
    "Huber",
    "PseudoHuber",
    "LogCosh",
    "Quantile",
    "MultiQuantile",
    "Cosine",
    "Poisson",
    "Tweedie",
    "Gaussian",
    "Hinge",
    "SquaredHinge",
    "WestonWatkins",
    "FenchelYoung",
    "ZLoss",
    "BinaryCrossEntropy",
    "NegativeLogLikelihood",
    "KLDivergenceOfLogs",
    "Exponential",
    "SquaredLogError",
    "AbsolutePercentageError",
    "AcceleratedFailureTime",
    "Cox",
    "PairwiseLogistic",
]
