"""The arguments of a call in canonical shape (..., n), and the way back: one reading for all.

Activations, losses that are called by themselves, and output layers bring what they are given
here. What belongs to their own meaning (a target, weights, a check of values) comes after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from softgrad.arrays.layout import Axis, Layout
from softgrad.arrays.namespaces import Array, Namespace, Operand, as_like, as_mask, as_operand
from softgrad.arrays.namespaces import finish as finish_rows
from softgrad.contracts.fast_paths import bridge_of
from softgrad.contracts.forms import Forms
from softgrad.errors import ShapeError

if TYPE_CHECKING:
    from softgrad.contracts.activation import Activation


class Canonical(NamedTuple):
    """Logits, or a prediction, with the class axis last.

    Attributes:
        operand: what was given, in the dtype that it is computed in.
        layout: where the classes were.
        entries: it, shape (..., n).
        keep: the mask in that shape, or None where nothing is masked.
    """

    operand: Operand
    layout: Layout
    entries: Array
    keep: Array | None

    @classmethod
    def of(cls, value: Any, argument: str, axis: Axis, where: Any = None) -> Canonical:
        """Read what was given as `argument`, with its class axis and its mask (True = keep).

        Raises:
            InputTypeError: it is bool, complex, object or string; the mask is not bool.
            AxisError, ShapeError: the axis does not exist or is empty; the mask does not fit.
        """
        if value.__class__ is not np.ndarray:
            bridge_of(value)  # with the bridge a framework learns what operators are
        operand = as_operand(value, argument)
        xp, shape = operand.xp, tuple(operand.array.shape)
        layout = Layout.of(shape, axis, argument)
        keep = None if where is None else layout.enter(xp, as_mask(where, operand, shape))
        return cls(operand, layout, layout.enter(xp, operand.array), keep)

    @property
    def xp(self) -> Namespace:
        """The namespace of what was given."""
        return self.operand.xp

    def kept(self, entries: Array) -> Array:
        """The same entries (..., n), 0 where they are masked, whatever stands there."""
        if self.keep is None:
            return entries
        return self.xp.where(self.keep, entries, self.xp.zeros_like(entries))

    def forms(self, activation: Activation, logits: Array | None = None) -> Forms:
        """The activation at these entries, or at others in their place; masked ones are absent."""
        xp, z = self.xp, self.entries if logits is None else logits
        if self.keep is None:
            return activation.forms(xp, z)
        filled = xp.where(self.keep, z, xp.full_like(z, activation.neutral))
        return activation.forms(xp, filled).masked(self.keep)

    def vector(self, value: Any, argument: str) -> Array:
        """A vector of the logits' shape, checked and in canonical shape, 0 where it is masked."""
        array = as_like(value, self.operand, argument)
        if tuple(array.shape) != self.layout.shape:
            raise ShapeError(
                f"{argument} has shape {tuple(array.shape)}; expected z's, {self.layout.shape}"
            )
        return self.kept(self.layout.enter(self.xp, array))

    def finish_rows(self, values: Array) -> Array:
        """One value a row (or one number), in the promised dtype."""
        return finish_rows(values, self.operand, None)

    def finish(self, entries: Array, out: Array | None = None) -> Array:
        """One value an entry, in the shape that was given and the promised dtype."""
        xp, result = self.xp, self.layout.leave(self.xp, entries)
        if out is None and xp is np and np.may_share_memory(result, self.operand.array):
            result = result.copy()  # an identity: who changes the result must not change z
        return finish_rows(result, self.operand, out)
