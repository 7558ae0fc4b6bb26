"""The same by automatic differentiation: only the value is written, as experts write it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from softgrad.evidence.speed.formulas.closed import forward
from softgrad.evidence.speed.formulas.library import DifferentiatingLibrary, Function
from softgrad.evidence.speed.task import Task


def differentiated(library: DifferentiatingLibrary, task: Task) -> Function | None:
    """The task's results, a tuple, by its inputs; None where nothing is differentiated."""
    function = to_differentiate(library, task)
    transform = _TRANSFORMS.get((task.quantity, bool(task.loss)))
    if function is None or transform is None:
        return None
    return partial(transform, library, function)


def to_differentiate(library: DifferentiatingLibrary, task: Task) -> Function | None:
    """What the task's derivatives are those of: the activation, or the sum of all losses."""
    if task.quantity == "gradient_and_hessian" or task.activation == "sparsemax":
        return None
    if task.loss:
        loss = _LOSSES.get((task.activation, task.loss, task.target))
        return None if loss is None else partial(loss, library)
    return forward(library, task.activation)


def _cross_entropy(library: DifferentiatingLibrary, z: Any, labels: Any) -> Any:
    return library.log_loss(z, labels).sum()


def _focal(library: DifferentiatingLibrary, z: Any, labels: Any) -> Any:
    log_loss = library.log_loss(z, labels)
    return ((1.0 - library.xp.exp(-log_loss)) ** 2 * log_loss).sum()


def _soft_cross_entropy(library: DifferentiatingLibrary, z: Any, t: Any) -> Any:
    return -(t * library.log_softmax(z)).sum()


def _soft_focal(library: DifferentiatingLibrary, z: Any, t: Any) -> Any:
    log_p = library.log_softmax(z)
    return -(t * (1.0 - library.xp.exp(log_p)) ** 2 * log_p).sum()


def _soft_squared_error(library: DifferentiatingLibrary, z: Any, t: Any) -> Any:
    return ((library.activations["softmax"](z) - t) ** 2).sum()


def _squared_error(library: DifferentiatingLibrary, z: Any, labels: Any) -> Any:
    """sum p^2 - 2 p_label + 1: no one-hot array is formed."""
    p = library.activations["softmax"](z)
    return (p * p).sum() + (1.0 - 2.0 * library.pick(p, labels)).sum()


def _kl_divergence(library: DifferentiatingLibrary, z: Any, t: Any) -> Any:
    return (t * (library.xp.log(t) - library.log_softmax(z))).sum()


def _binary_cross_entropy(library: DifferentiatingLibrary, z: Any, t: Any) -> Any:
    return library.coin_loss(z, t)


# By activation, loss and kind of target.
_LOSSES: dict[tuple[str, str, str], Callable[[DifferentiatingLibrary, Any, Any], Any]] = {
    ("softmax", "cross_entropy", "labels"): _cross_entropy,
    ("softmax", "cross_entropy", "distributions"): _soft_cross_entropy,
    ("softmax", "focal", "labels"): _focal,
    ("softmax", "focal", "distributions"): _soft_focal,
    ("softmax", "squared_error", "labels"): _squared_error,
    ("softmax", "squared_error", "distributions"): _soft_squared_error,
    ("softmax", "kl_divergence", "distributions"): _kl_divergence,
    ("sigmoid", "cross_entropy", "coins"): _binary_cross_entropy,
}


def _vjp(library: DifferentiatingLibrary, function: Function, z: Any, g: Any) -> tuple[Any]:
    return (library.transforms.vjp(function, z)[1](g)[0],)


def _jvp(library: DifferentiatingLibrary, function: Function, z: Any, v: Any) -> tuple[Any]:
    return (library.transforms.jvp(function, (z,), (v,))[1],)


def _hvp(library: DifferentiatingLibrary, function: Function, z: Any, g: Any, v: Any) -> tuple[Any]:
    """Forward over reverse."""

    def pulled_back(x: Any) -> Any:
        return library.transforms.vjp(function, x)[1](g)[0]

    return (library.transforms.jvp(pulled_back, (z,), (v,))[1],)


def _pair_hvp(
    library: DifferentiatingLibrary, function: Function, z: Any, target: Any, v: Any
) -> tuple[Any]:
    """Forward over reverse."""

    def gradient(x: Any) -> Any:
        return _value_and_gradient(library, function, x, target)[1]

    return (library.transforms.jvp(gradient, (z,), (v,))[1],)


def _value_and_gradient(
    library: DifferentiatingLibrary, function: Function, z: Any, target: Any
) -> tuple[Any, Any]:

    def of_logits(x: Any) -> Any:
        return function(x, target)

    value, pull_back = library.transforms.vjp(of_logits, z)
    return value, pull_back(library.xp.ones_like(value))[0]


# By quantity, and whether it is that of a pair.
_TRANSFORMS: dict[tuple[str, bool], Function] = {
    ("vjp", False): _vjp,
    ("jvp", False): _jvp,
    ("hvp", False): _hvp,
    ("hvp", True): _pair_hvp,
    ("value_and_gradient", True): _value_and_gradient,
}
