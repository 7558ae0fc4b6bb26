"""The explicit list of all activations and losses: add a line here to add one to everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import TypeVar

from softgrad.activations.arctan import Arctan
from softgrad.activations.celu import CELU
from softgrad.activations.complementary_log_log import ComplementaryLogLog
from softgrad.activations.elu import ELU
from softgrad.activations.exp import Exp
from softgrad.activations.gelu import GELU
from softgrad.activations.hard_sigmoid import HardSigmoid
from softgrad.activations.hard_tanh import HardTanh
from softgrad.activations.identity import Identity
from softgrad.activations.leaky_relu import LeakyReLU
from softgrad.activations.log_sigmoid import LogSigmoid
from softgrad.activations.log_softmax import LogSoftmax
from softgrad.activations.mish import Mish
from softgrad.activations.normalised_softplus import NormalisedSoftplus
from softgrad.activations.probit import Probit
from softgrad.activations.relu import ReLU
from softgrad.activations.selu import SELU
from softgrad.activations.sigmoid import Sigmoid
from softgrad.activations.silu import SiLU
from softgrad.activations.softmax import Softmax
from softgrad.activations.softmax_plus_one import SoftmaxPlusOne
from softgrad.activations.softmin import Softmin
from softgrad.activations.softplus import Softplus
from softgrad.activations.softsign import Softsign
from softgrad.activations.spherical_softmax import SphericalSoftmax
from softgrad.activations.squareplus import Squareplus
from softgrad.activations.tanh import Tanh
from softgrad.activations.taylor_softmax import TaylorSoftmax
from softgrad.contracts.activation import Activation
from softgrad.contracts.loss import Loss, RowLoss
from softgrad.errors import InputTypeError, UnknownNameError
from softgrad.losses.absolute_error import AbsoluteError
from softgrad.losses.alpha_divergence import AlphaDivergence
from softgrad.losses.cosine import Cosine
from softgrad.losses.cross_entropy import CrossEntropy
from softgrad.losses.dice import Dice
from softgrad.losses.fenchel_young import FenchelYoung
from softgrad.losses.focal import Focal
from softgrad.losses.gaussian import Gaussian
from softgrad.losses.generalised_cross_entropy import GeneralisedCrossEntropy
from softgrad.losses.hinge import Hinge
from softgrad.losses.huber import Huber
from softgrad.losses.jensen_shannon import JensenShannon
from softgrad.losses.kl_divergence import KLDivergence
from softgrad.losses.log_cosh import LogCosh
from softgrad.losses.poisson import Poisson
from softgrad.losses.poly import Poly
from softgrad.losses.pseudo_huber import PseudoHuber
from softgrad.losses.quantile import Quantile
from softgrad.losses.ranked_probability_score import RankedProbabilityScore
from softgrad.losses.reverse_kl_divergence import ReverseKLDivergence
from softgrad.losses.spherical_score import SphericalScore
from softgrad.losses.squared_error import SquaredError
from softgrad.losses.squared_hinge import SquaredHinge
from softgrad.losses.symmetric_cross_entropy import SymmetricCrossEntropy
from softgrad.losses.taylor_cross_entropy import TaylorCrossEntropy
from softgrad.losses.true_class_error import TrueClassError
from softgrad.losses.tversky import Tversky
from softgrad.losses.tweedie import Tweedie
from softgrad.losses.weston_watkins import WestonWatkins
from softgrad.losses.z_loss import ZLoss

T = TypeVar("T")

_ACTIVATIONS: tuple[type[Activation], ...] = (
    Softmax,
    LogSoftmax,
    Softmin,
    TaylorSoftmax,
    SphericalSoftmax,
    NormalisedSoftplus,
    SoftmaxPlusOne,
    Sigmoid,
    Identity,
    Tanh,
    ReLU,
    Exp,
    LeakyReLU,
    HardTanh,
    HardSigmoid,
    Softsign,
    Arctan,
    Squareplus,
    ELU,
    CELU,
    SELU,
    Softplus,
    LogSigmoid,
    SiLU,
    Mish,
    GELU,
    Probit,
    ComplementaryLogLog,
)

_LOSSES: tuple[type[RowLoss], ...] = (
    CrossEntropy,
    Focal,
    GeneralisedCrossEntropy,
    TrueClassError,
    Poly,
    TaylorCrossEntropy,
    SymmetricCrossEntropy,
    SquaredError,
    AbsoluteError,
    KLDivergence,
    ReverseKLDivergence,
    JensenShannon,
    AlphaDivergence,
    SphericalScore,
    RankedProbabilityScore,
    Dice,
    Tversky,
    Huber,
    PseudoHuber,
    LogCosh,
    Quantile,
    Cosine,
    Poisson,
    Tweedie,
    Gaussian,
    Hinge,
    SquaredHinge,
    WestonWatkins,
    FenchelYoung,
    ZLoss,
)

ACTIVATIONS: Mapping[str, type[Activation]] = MappingProxyType({a.name: a for a in _ACTIVATIONS})
LOSSES: Mapping[str, type[RowLoss]] = MappingProxyType({loss.name: loss for loss in _LOSSES})


def find_activation(activation: str | Activation) -> Activation:
    """The activation itself, or the ready-made one of that name."""
    if isinstance(activation, Activation):
        return activation
    return _find(activation, ACTIVATIONS, "activation")()


def find_loss(loss: str | Loss) -> Loss:
    """The loss itself, or the ready-made one of that name."""
    if isinstance(loss, Loss):
        return loss
    return _find(loss, LOSSES, "loss")()


def pairs() -> Iterator[tuple[str, str]]:
    """The names (activation, loss) of every pair that composes, with default parameters."""
    losses = {name: kind() for name, kind in LOSSES.items()}
    for name, kind in ACTIVATIONS.items():
        activation = kind()
        yield from ((name, other) for other, loss in losses.items() if loss.fits(activation))


def suggestions(activation: Activation, loss: RowLoss) -> str:
    """What to use instead, for a pair that does not compose."""
    fitting = [name for name, kind in ACTIVATIONS.items() if loss.fits(kind())]
    losses = [name for name, kind in LOSSES.items() if kind().fits(activation)]
    # The loss made for the activation first: it is what most people look for.
    losses.sort(key=lambda name: not LOSSES[name].needs_potential)
    return (
        f"Activations for {loss.name}: {_listed(fitting)}. "
        f"Losses for {activation.name}: {_listed(losses)}."
    )


def _listed(names: list[str], most: int = 6) -> str:
    shown = ", ".join(names[:most]) or "none"
    return shown if len(names) <= most else f"{shown}, ... ({len(names)} in all)"


def _find(name: object, table: Mapping[str, T], kind: str) -> T:
    if not isinstance(name, str):
        raise InputTypeError(f"{kind} is a {type(name).__name__}; expected an object or a name")
    found = table.get(name.replace("-", "_"))
    if found is None:
        close = get_close_matches(name, table, n=3)
        hint = f"did you mean {' or '.join(close)}?" if close else f"known: {_listed(list(table))}"
        raise UnknownNameError(f"no {kind} is called {name!r}; {hint}")
    return found
