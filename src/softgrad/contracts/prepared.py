"""One call of an activation: its logits in canonical shape, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from softgrad.arrays.layout import Layout
from softgrad.arrays.namespaces import Array, Operand, as_like, finish
from softgrad.contracts.fast_paths import Work
from softgrad.contracts.forms import Forms
from softgrad.errors import ShapeError

if TYPE_CHECKING:
    from softgrad.contracts.activation import Activation


@dataclass(frozen=True)
class Prepared:
    """Logits brought into canonical shape (..., n).

    Attributes:
        activation: whose call it is.
        operand: what was given, in the dtype that it is computed in.
        layout: where the classes were.
        logits: shape (..., n).
        keep: the mask in that shape, or None where nothing is masked.
    """

    activation: Activation
    operand: Operand
    layout: Layout
    logits: Array
    keep: Array | None

    @cached_property
    def forms(self) -> Forms:
        """The activation at the logits; masked entries are absent."""
        xp = self.operand.xp
        if self.keep is None:
            return self.activation.forms(xp, self.logits)
        neutral = xp.full_like(self.logits, self.activation.neutral)
        filled = xp.where(self.keep, self.logits, neutral)
        return self.activation.forms(xp, filled).masked(self.keep)

    def by_definition(self, work: Work, g: Array | None, v: Array | None) -> Array:
        """The output, or a product with its Jacobian or curvature, shape (..., n)."""
        output = self.forms.output
        if work is Work.VJP:
            return output.jacobian().T @ g
        if work is Work.JVP:
            return output.jacobian() @ v
        if work is Work.HVP:
            return output.curvature(g) @ v
        return output.value

    def vector(self, value: Any, argument: str) -> Array:
        """A vector of the logits' shape, checked and in canonical shape, 0 where it is masked."""
        array = as_like(value, self.operand, argument)
        if tuple(array.shape) != self.layout.shape:
            raise ShapeError(
                f"{argument} has shape {tuple(array.shape)}; expected z's, {self.layout.shape}"
            )
        xp = self.operand.xp
        entered = self.layout.enter(xp, array)
        if self.keep is None:
            return entered
        return xp.where(self.keep, entered, xp.zeros_like(entered))

    def finish(self, result: Array, out: Array | None) -> Array:
        """Back to the shape that was given and the dtype that was promised."""
        xp, result = self.operand.xp, self.layout.leave(self.operand.xp, result)
        if out is None and xp is np and np.may_share_memory(result, self.operand.array):
            result = result.copy()  # an identity: who changes the result must not change z
        return finish(result, self.operand, out)
