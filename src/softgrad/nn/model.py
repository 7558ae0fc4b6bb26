"""Layers one after the other, and an output layer that turns the last into a loss."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Self, TypeVar, Unpack

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.contracts import Activation
from softgrad.errors import CapabilityError, NotFittedError, ParameterError, ShapeError
from softgrad.layer import OutputLayer
from softgrad.layer.options import Options
from softgrad.nn.arguments import as_dtype, as_output, as_seed
from softgrad.nn.layers import Backward, Layer, as_layer
from softgrad.nn.parameters import ParameterLayout
from softgrad.nn.scores import classes, score, spread
from softgrad.nn.targets import Targets, Task, read_inputs, read_targets

# Entries of the widest layer that are computed at once, so that memory does not grow with rows.
_ENTRIES = 1 << 20


class Model:
    """What computes and has parameters; how it is trained, checked and kept is not its business.

    See `Network` for arguments and attributes.
    """

    def __init__(
        self,
        layers: Iterable[Layer | str | Activation],
        output: OutputLayer | tuple[str | Activation, Any] = ("softmax", "cross_entropy"),
        *,
        inputs: int | None = None,
        dtype: Any = "float64",
        seed: int = 0,
    ) -> None:
        self.layers = tuple(as_layer(layer) for layer in layers)
        self.output = as_output(output)
        self.dtype: np.dtype[np.floating] = as_dtype(dtype)
        self.seed = as_seed(seed)
        self.task: Task | None = None
        self.epochs_trained = 0
        self.notes: dict[str, Any] = {}
        self._layout: ParameterLayout | None = None
        self._parameters: Array = np.zeros(0, self.dtype)
        if inputs is not None:
            self.build(inputs)

    # -- the calculus: forward, backward ----------------------------------------------------

    def forward(self, x: Array, parameters: Array) -> Array:
        """The logits (..., rows, outputs) for a vector of parameters, or a stack of vectors."""
        for layer, own in zip(self.layers, self.layout.views(parameters), strict=True):
            x = layer.forward(x, own)
        return x

    def value_and_gradient(
        self,
        x: Array,
        target: Array,
        parameters: Array | None = None,
        **options: Unpack[Options],
    ) -> tuple[float, Array]:
        """The mean loss, and its gradient by all parameters as one vector."""
        vector = self.parameters if parameters is None else parameters
        backwards: list[Backward] = []
        for layer, own in zip(self.layers, self.layout.views(vector), strict=True):
            x, backward = layer.linearize(x, own)
            backwards.append(backward)

        mean: Options = {"reduction": "mean", **options}
        loss, g = self.output.value_and_gradient(x, target, **mean)

        gradient = np.empty_like(vector)
        slots = self.layout.views(gradient)
        for backward, own in zip(reversed(backwards), reversed(slots), strict=True):
            g, by_parameters = backward(g)
            for slot, value in zip(own, by_parameters, strict=True):
                slot[...] = value
        return float(loss), gradient

    # -- parameters --------------------------------------------------------------------------

    @property
    def layout(self) -> ParameterLayout:
        """Where each parameter lies in the vector."""
        if self._layout is None:
            raise NotFittedError(
                "this network has no parameters yet: call fit first, or make it with inputs="
            )
        return self._layout

    @property
    def is_built(self) -> bool:
        """Whether there are parameters."""
        return self._layout is not None

    @property
    def inputs(self) -> int:
        """How many inputs a row has."""
        return self.layout.widths[0]

    @property
    def outputs(self) -> int:
        """How many logits a row has."""
        return self.layout.outputs

    @property
    def parameters(self) -> Array:
        """All parameters, as one vector; write into it to change them."""
        return self._parameters

    @property
    def named_parameters(self) -> dict[str, Array]:
        """Each parameter under a name such as "layers.0.weights": views, not copies."""
        return self.layout.named(self.parameters)

    def build(self, inputs: int) -> Self:
        """Make the parameters to start from, by the seed."""
        if isinstance(inputs, bool) or not isinstance(inputs, int) or inputs < 1:
            raise ParameterError(f"inputs is {inputs!r}; expected a whole number >= 1")
        layout = ParameterLayout(self.layers, inputs)
        return self.adopt(layout, layout.initial(self.seed, self.dtype))

    def adopt(self, layout: ParameterLayout, parameters: Array) -> Self:
        """Take parameters that are at hand, in a layout of this network's layers."""
        self._layout, self._parameters = layout, parameters
        return self

    # -- using it ----------------------------------------------------------------------------

    def predict(self, X: Any) -> Array:
        """The output layer's activation: probabilities, or values, (rows, outputs)."""
        rows = read_inputs(X, self.inputs, self.dtype)
        return self.in_chunks(rows, lambda logits, _: self.output.predict(logits))

    def predict_logits(self, X: Any) -> Array:
        """What goes into the output layer, (rows, outputs)."""
        rows = read_inputs(X, self.inputs, self.dtype)
        return self.in_chunks(rows, lambda logits, _: logits)

    def predict_classes(self, X: Any) -> Array:
        """The most probable label (rows,), or 0 and 1 where each output is a coin.

        Of coins the shape is (rows,) for one output, and (rows, outputs) for several.
        """
        if self.task == "values":
            raise CapabilityError("this network predicts values, not classes; use predict")
        return classes(self.output, self.predict(X), self.decides)

    def evaluate(self, X: Any, y: Any, *, sample_weight: Any = None) -> dict[str, float]:
        """The mean "loss", and "accuracy" where targets are classes, or "r_squared" for values.

        The loss is the one that training makes small: with weights, smoothing and margin. Accuracy
        and R² count every row alike.
        """
        rows, targets = self.read(X, y)
        return self.measure(rows, targets, sample_weight)

    # -- how it is done ----------------------------------------------------------------------

    def in_chunks(self, X: Array, use: Callable[[Array, slice], Array]) -> Array:
        """use(logits, rows) for some rows after the other, put together."""
        size = max(1, _ENTRIES // max(self.layout.widths))
        parts: list[Array] = []
        with np.errstate(all="ignore"):
            for start in range(0, max(1, X.shape[0]), size):
                rows = slice(start, start + size)
                parts.append(use(self.forward(X[rows], self.parameters), rows))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    @np.errstate(all="ignore")
    def measure(self, X: Array, targets: Targets, sample_weight: Any = None) -> dict[str, float]:
        """The mean loss, and the score that suits the task, of rows that were read."""
        if X.shape[0] == 0:
            raise ShapeError("there are no rows to evaluate")
        weights = spread(sample_weight, targets, self.output)
        logits = self.in_chunks(X, lambda logits, _: logits)
        loss = self.output.value(logits, targets.array, reduction="mean", sample_weight=weights)
        return {"loss": float(loss), **score(self.output, logits, targets)}

    def read(self, X: Any, y: Any) -> tuple[Array, Targets]:
        """Check data against this network; its number of inputs comes from the first data."""
        rows = read_inputs(X, self.inputs if self.is_built else None, self.dtype)
        if not self.is_built:
            self.build(rows.shape[1])
        return rows, read_targets(y, rows.shape[0], self.outputs, self.output)

    @property
    def decides(self) -> Task:
        """The task, or what it must be if no data has shown it yet."""
        coins = "coins" in self.output.activation.domain.kind and self.outputs == 1
        return self.task or ("coins" if coins else "classes")

    def __repr__(self) -> str:
        inside = ", ".join(repr(layer) for layer in self.layers)
        size = f", {self.layout.size} parameters" if self.is_built else ""
        return f"{type(self).__name__}([{inside}], {self.output!r}{size})"


AnyModel = TypeVar("AnyModel", bound=Model)
