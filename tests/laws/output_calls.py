"""Every function that takes `out`, with what it reads: what the laws of outputs run over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

import softgrad as sg
from softgrad.catalogue import ACTIVATIONS

ROWS, N = 3, 4
Z = np.random.default_rng(5).standard_normal((ROWS, N))
READ: dict[str, np.ndarray] = {
    "z": Z,
    "g": np.cos(Z),
    "v": np.sin(Z),
    "soft target": np.random.default_rng(6).dirichlet(np.ones(N), ROWS),
    "target": np.array([0, 3, 1]),
    "where": Z > -1.5,
    "sample_weight": np.array([0.5, 2.0, 1.0]),
    "class_weight": np.array([0.5, 2.0, 1.0, 3.0]),
}
PER_ENTRY = {"z", "g", "v", "soft target"}
OPTIONS = ("where", "sample_weight", "class_weight")
# Maps of rows and of entries; losses on every representation, of every kind of target.
ACTIVATION_NAMES = ("softmax", "sigmoid", "sparsemax", "identity")
PAIRS = (("softmax", "squared_error"), ("sigmoid", "cross_entropy"), ("tanh", "huber"))
LABELLED = (("softmax", "cross_entropy"), ("identity", "weston_watkins"))


class Call(NamedTuple):
    """A call that takes `out`, and the names of what it reads."""

    name: str
    function: Callable[..., Any]
    reads: tuple[str, ...]

    def __call__(self, out: Any = None, **given: Any) -> Any:
        """What is written to `out`, for the arguments in `READ` or those that are given."""
        read = {name: given.get(name, READ[name]) for name in self.reads}
        options = {name: read.pop(name) for name in OPTIONS if name in read}
        return self.function(*read.values(), out=out, **options)


def calls() -> Iterator[Call]:
    """Every function that takes `out`, by whatever way is in force."""
    for name in ACTIVATION_NAMES:
        yield from calls_of_activation(ACTIVATIONS[name]())
    for pair in PAIRS:
        yield from calls_of_layer(sg.OutputLayer(*pair), "soft target")
    for pair in LABELLED:
        yield from calls_of_layer(sg.OutputLayer(*pair), "target", "class_weight")
    yield from calls_of_layer(sg.OutputLayer("softmax", sg.cross_entropy + sg.z_loss), "target")


def calls_of_activation(activation: Any) -> Iterator[Call]:
    name = activation.name
    yield Call(name, activation, ("z", "where"))
    yield Call(f"{name}.vjp", activation.vjp, ("z", "g", "where"))
    yield Call(f"{name}.jvp", activation.jvp, ("z", "v", "where"))
    yield Call(f"{name}.hvp", activation.hvp, ("z", "g", "v", "where"))
    if activation.domain.kind != "values":
        yield Call(f"{name}.complement", activation.complement, ("z", "where"))
    if name in ("softmax", "sigmoid"):
        yield Call(f"{name}.log", activation.log, ("z", "where"))


def calls_of_layer(layer: Any, target: str, *weights: str) -> Iterator[Call]:
    def loss_and_gradient(*read: Any, out: Any, **options: Any) -> Any:
        return layer.value_and_gradient(*read, out=out, **options)[1]

    def gradient(*read: Any, out: Any, **options: Any) -> Any:
        return layer.gradient_and_hessian_diagonal(*read, out=(out, None), **options)[0]

    def diagonal(*read: Any, out: Any, **options: Any) -> Any:
        return layer.gradient_and_hessian_diagonal(*read, out=(None, out), **options)[1]

    reads = ("z", target, "where", "sample_weight", *weights)
    yield Call(f"{layer}.predict", layer.predict, ("z", "where"))
    for function in (layer.gradient, loss_and_gradient, gradient, diagonal):
        yield Call(f"{layer}.{function.__name__}", function, reads)
    yield Call(f"{layer}.hvp", layer.hvp, ("z", target, "v", *reads[2:]))
