"""All parameters of a network in one vector, and the views of it that the layers work on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.nn.layers import ActivationLayer, Layer, Parameters


@dataclass(frozen=True)
class Slot:
    """Where one parameter lies in the vector.

    Attributes:
        name: "layers.0.weights", as in a saved file.
        layer: the index of its layer.
        shape: its shape.
        start: where it begins.
    """

    name: str
    layer: int
    shape: tuple[int, ...]
    start: int

    @property
    def stop(self) -> int:
        """Where it ends."""
        return self.start + math.prod(self.shape)


class ParameterLayout:
    """The slots of a stack of layers, one after the other.

    Attributes:
        slots: one for each parameter.
        size: the length of the vector.
        outputs: the width of the last layer.
    """

    def __init__(self, layers: Sequence[Layer], inputs: int) -> None:
        self.layers = tuple(layers)
        self.slots: list[Slot] = []
        self.size = 0
        self.widths = [inputs]
        for index, layer in enumerate(self.layers):
            for name, shape in layer.shapes(self.widths[-1]).items():
                self.slots.append(Slot(f"layers.{index}.{name}", index, shape, self.size))
                self.size = self.slots[-1].stop
            self.widths.append(layer.outputs(self.widths[-1]))
        self.outputs = self.widths[-1]

    def views(self, vector: Array) -> list[Parameters]:
        """Each layer's parameters, for a vector (size,) or a stack of vectors (..., size)."""
        found: list[list[Array]] = [[] for _ in self.layers]
        for slot in self.slots:
            part = vector[..., slot.start : slot.stop]
            found[slot.layer].append(part.reshape(*vector.shape[:-1], *slot.shape))
        return list(found)

    def named(self, vector: Array) -> dict[str, Array]:
        """Each parameter by name."""
        return {s.name: vector[s.start : s.stop].reshape(s.shape) for s in self.slots}

    def initial(self, seed: int, dtype: np.dtype[np.floating]) -> Array:
        """A vector to start from: each layer's random numbers depend on the seed and its index."""
        vector = np.zeros(self.size, dtype)
        for index, layer in enumerate(self.layers):
            rng = np.random.default_rng([seed, index])
            after = self.layers[index + 1] if index + 1 < len(self.layers) else None
            following = after.activation if isinstance(after, ActivationLayer) else None
            values = layer.initial(self.widths[index], following, rng)
            slots = [slot for slot in self.slots if slot.layer == index]
            for slot, value in zip(slots, values, strict=True):
                vector[slot.start : slot.stop] = np.ravel(value)
        return vector

    @property
    def decays(self) -> Array:
        """True at weights (matrices), False at biases: weight decay leaves those alone."""
        return np.concatenate(
            [np.full(s.stop - s.start, len(s.shape) > 1) for s in self.slots]
            or [np.zeros(0, dtype=bool)]
        )
