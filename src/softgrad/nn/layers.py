"""Layers: a map from rows to rows, and the way back of its derivative.

A layer holds no numbers. Its parameters come with each call, so that a network can keep all of
them in one vector and hand out views.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.catalogue import find_activation
from softgrad.contracts import Activation
from softgrad.errors import InputTypeError, ParameterError
from softgrad.nn.initialisation import Initialisation, initial_weights

Parameters: TypeAlias = Sequence[Array]
"""A layer's parameters, in the order of its `shapes`."""

Backward: TypeAlias = Callable[[Array], tuple[Array, Parameters]]
"""The loss's gradient by a layer's output -> those by its input and by its parameters."""


class Layer(ABC):
    """A map of rows (rows, inputs) -> (rows, outputs); a stack of them, (..., rows, n), will do."""

    @abstractmethod
    def outputs(self, inputs: int) -> int:
        """How many outputs there are for that many inputs."""

    @abstractmethod
    def shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        """Name and shape of each parameter."""

    @abstractmethod
    def initial(
        self, inputs: int, following: Activation | None, rng: np.random.Generator
    ) -> Parameters:
        """Parameters to start from, suited to the activation that follows."""

    @abstractmethod
    def forward(self, x: Array, parameters: Parameters) -> Array:
        """The output."""

    @abstractmethod
    def linearize(self, x: Array, parameters: Parameters) -> tuple[Array, Backward]:
        """The output, and the backward pass from it."""


@dataclass(frozen=True)
class Dense(Layer):
    """y = x W + b, with W of shape (inputs, units) and b of shape (units,).

    Attributes:
        units: how many outputs.
        biases: whether there is a b.
        initialisation: "auto" (by the activation that follows), "he", "glorot" or "lecun".
    """

    units: int
    biases: bool = True
    initialisation: Initialisation = "auto"

    def __post_init__(self) -> None:
        if isinstance(self.units, bool) or not isinstance(self.units, int) or self.units < 1:
            raise ParameterError(f"Dense: units is {self.units!r}; expected a whole number >= 1")
        if self.initialisation not in ("auto", "he", "glorot", "lecun"):
            raise ParameterError(
                f"Dense: initialisation is {self.initialisation!r}; "
                "expected 'auto', 'he', 'glorot' or 'lecun'"
            )

    def forward(self, x: Array, parameters: Parameters) -> Array:
        """x W + b."""
        y = x @ parameters[0]
        return y + parameters[1][..., None, :] if self.biases else y

    def linearize(self, x: Array, parameters: Parameters) -> tuple[Array, Backward]:
        """With g the gradient by y: g Wᵀ by x, xᵀ g by W, and the sum of g's rows by b."""

        def backward(g: Array) -> tuple[Array, Parameters]:
            by_parameters = (x.T @ g, g.sum(axis=0)) if self.biases else (x.T @ g,)
            return g @ parameters[0].T, by_parameters

        return self.forward(x, parameters), backward

    def outputs(self, inputs: int) -> int:
        """The units."""
        return self.units

    def shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        """Weights, and biases where there are any."""
        weights: dict[str, tuple[int, ...]] = {"weights": (inputs, self.units)}
        return {**weights, "biases": (self.units,)} if self.biases else weights

    def initial(
        self, inputs: int, following: Activation | None, rng: np.random.Generator
    ) -> Parameters:
        """Random weights, no bias."""
        weights = initial_weights(inputs, self.units, self.initialisation, following, rng)
        return (weights, np.zeros(self.units)) if self.biases else (weights,)


@dataclass(frozen=True)
class ActivationLayer(Layer):
    """y = a(x), row by row, for any activation a of the catalogue: relu as well as softmax.

    Attributes:
        activation: an activation or its name.
    """

    activation: Activation

    def __init__(self, activation: str | Activation) -> None:
        object.__setattr__(self, "activation", find_activation(activation))

    def forward(self, x: Array, parameters: Parameters) -> Array:
        """a(x)."""
        return self.activation(x)

    def linearize(self, x: Array, parameters: Parameters) -> tuple[Array, Backward]:
        """With J the Jacobian of a at x: Jᵀ g by x."""
        y, J = self.activation.linearize(x)
        return y, lambda g: (J.T @ g, ())

    def outputs(self, inputs: int) -> int:
        """As many as inputs."""
        return inputs

    def shapes(self, inputs: int) -> dict[str, tuple[int, ...]]:
        """None."""
        return {}

    def initial(
        self, inputs: int, following: Activation | None, rng: np.random.Generator
    ) -> Parameters:
        """None."""
        return ()


def as_layer(layer: Layer | str | Activation) -> Layer:
    """The layer itself; an activation or its name becomes an `ActivationLayer`."""
    if isinstance(layer, Layer):
        return layer
    if isinstance(layer, str | Activation):
        return ActivationLayer(layer)
    raise InputTypeError(
        f"a layer is a {type(layer).__name__}; expected a layer such as Dense(64), "
        "an activation, or the name of one"
    )
