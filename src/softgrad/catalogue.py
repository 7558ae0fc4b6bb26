"""The explicit list of all activations and losses: add a line here to add one to everything.

What is written outside the package gets its name by `softgrad.register` (`registration.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from softgrad.contracts.activation import Activation
from softgrad.contracts.loss import Loss, RowLoss
from softgrad.entries import Entries
from softgrad.errors import InputTypeError, UnknownNameError

T = TypeVar("T")


# Each line is the name, which is also the name of its file, and the class in that file.
ACTIVATIONS: Entries[Activation] = Entries(
    "activations",
    {
        "softmax": "Softmax",
        "log_softmax": "LogSoftmax",
        "softmin": "Softmin",
        "taylor_softmax": "TaylorSoftmax",
        "spherical_softmax": "SphericalSoftmax",
        "normalised_softplus": "NormalisedSoftplus",
        "sparsemax": "Sparsemax",
        "entmax": "Entmax",
        "softmax_plus_one": "SoftmaxPlusOne",
        "gumbel_softmax": "GumbelSoftmax",
        "hardmax": "Hardmax",
        "sigmoid": "Sigmoid",
        "identity": "Identity",
        "l2_normalise": "L2Normalise",
        "tanh": "Tanh",
        "relu": "ReLU",
        "exp": "Exp",
        "leaky_relu": "LeakyReLU",
        "hard_tanh": "HardTanh",
        "hard_sigmoid": "HardSigmoid",
        "softsign": "Softsign",
        "arctan": "Arctan",
        "squareplus": "Squareplus",
        "elu": "ELU",
        "celu": "CELU",
        "selu": "SELU",
        "softplus": "Softplus",
        "log_sigmoid": "LogSigmoid",
        "silu": "SiLU",
        "mish": "Mish",
        "gelu": "GELU",
        "probit": "Probit",
        "complementary_log_log": "ComplementaryLogLog",
        "relu6": "ReLU6",
        "hard_swish": "HardSwish",
        "hard_shrink": "HardShrink",
        "soft_shrink": "SoftShrink",
        "tanh_shrink": "TanhShrink",
        "threshold": "Threshold",
        "sparse_plus": "SparsePlus",
    },
)

LOSSES: Entries[RowLoss] = Entries(
    "losses",
    {
        "cross_entropy": "CrossEntropy",
        "focal": "Focal",
        "generalised_cross_entropy": "GeneralisedCrossEntropy",
        "true_class_error": "TrueClassError",
        "poly": "Poly",
        "taylor_cross_entropy": "TaylorCrossEntropy",
        "symmetric_cross_entropy": "SymmetricCrossEntropy",
        "squared_error": "SquaredError",
        "absolute_error": "AbsoluteError",
        "kl_divergence": "KLDivergence",
        "reverse_kl_divergence": "ReverseKLDivergence",
        "jensen_shannon": "JensenShannon",
        "alpha_divergence": "AlphaDivergence",
        "spherical_score": "SphericalScore",
        "ranked_probability_score": "RankedProbabilityScore",
        "dice": "Dice",
        "tversky": "Tversky",
        "huber": "Huber",
        "pseudo_huber": "PseudoHuber",
        "log_cosh": "LogCosh",
        "quantile": "Quantile",
        "multi_quantile": "MultiQuantile",
        "cosine": "Cosine",
        "poisson": "Poisson",
        "tweedie": "Tweedie",
        "gaussian": "Gaussian",
        "hinge": "Hinge",
        "squared_hinge": "SquaredHinge",
        "weston_watkins": "WestonWatkins",
        "fenchel_young": "FenchelYoung",
        "z_loss": "ZLoss",
        "binary_cross_entropy": "BinaryCrossEntropy",
        "negative_log_likelihood": "NegativeLogLikelihood",
        "kl_divergence_of_logs": "KLDivergenceOfLogs",
        "exponential": "Exponential",
        "squared_log_error": "SquaredLogError",
        "absolute_percentage_error": "AbsolutePercentageError",
        "accelerated_failure_time": "AcceleratedFailureTime",
        "cox": "Cox",
        "pairwise_logistic": "PairwiseLogistic",
    },
)


def lookup(name: str) -> Any:
    """The class of that name, or the ready-made object of that snake_case name, or None."""
    return ACTIVATIONS.called(name) or LOSSES.called(name)


def public_names() -> list[str]:
    """Every name that `lookup` knows: objects and classes of the package."""
    own = [name for table in (ACTIVATIONS, LOSSES) for name in table if not table.is_outside(name)]
    return [*own, *ACTIVATIONS.class_names, *LOSSES.class_names]


def find_activation(activation: str | Activation) -> Activation:
    """The activation itself, or the ready-made one of that name."""
    if isinstance(activation, Activation):
        return activation
    return _find(activation, ACTIVATIONS, "activation", LOSSES, "loss")()


def find_loss(loss: str | Loss) -> Loss:
    """The loss itself, or the ready-made one of that name."""
    if isinstance(loss, Loss):
        return loss
    return _find(loss, LOSSES, "loss", ACTIVATIONS, "activation")()


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


def _find(
    name: object, table: Mapping[str, T], kind: str, others: Mapping[str, Any], other: str
) -> T:
    if not isinstance(name, str):
        raise InputTypeError(f"{kind} is {_described(name, table, kind, other)}")
    found = table.get(name.replace("-", "_"))
    if found is None:
        hint = _hint(name, table, others, other)
        raise UnknownNameError(f"no {kind} is called {name!r}; {hint}")
    return found


def _hint(name: str, table: Mapping[str, Any], others: Mapping[str, Any], other: str) -> str:
    from softgrad.other_names import meant_by

    order = f"{_one(other)}; the order is (activation, loss)"
    if name.replace("-", "_") in others:
        return f"that is the name of {order}"
    close = meant_by(name, table)
    if close:
        return f"did you mean {' or '.join(close)}?"
    close = meant_by(name, others)
    if close:
        return f"{' or '.join(close)} would be {order}"
    return f"known: {_listed(list(table))}; softgrad.register gives names to classes of your own"


def _described(thing: object, table: Mapping[str, Any], kind: str, other: str) -> str:
    """What came in place of an activation or a loss, and what to give."""
    if isinstance(thing, type):
        if issubclass(thing, Activation | Loss):
            return f"the class {thing.__name__}; expected an object: {thing.__name__}()"
        return f"the class {thing.__name__}; expected an object or a name"
    if isinstance(thing, Activation | Loss):
        return f"{thing!r}, {_one(other)}; expected {_one(kind)}: the order is (activation, loss)"
    called = str(getattr(thing, "__name__", ""))
    hint = f"; the one of softgrad is {called!r}" if called in table else ""
    return f"a {type(thing).__name__}; expected an object or a name{hint}"


def _one(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
