"""The contract of an activation: what one file supplies, and all that is derived from it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple, final

import numpy as np

from softgrad.arrays.layout import Axis, Layout
from softgrad.arrays.namespaces import (
    Array,
    Namespace,
    Operand,
    as_like,
    as_mask,
    as_operand,
    finish,
)
from softgrad.contracts.domains import Domain
from softgrad.contracts.fast_paths import fast_paths
from softgrad.contracts.forms import Forms
from softgrad.contracts.parameters import Parameterised
from softgrad.errors import CapabilityError, ShapeError
from softgrad.operators import DiagonalPlusLowRank, Operator


class Prepared(NamedTuple):
    """Logits brought into canonical shape (..., n), and the way back."""

    operand: Operand
    layout: Layout
    forms: Forms


class Activation(Parameterised, ABC):
    """A map from logits to outputs, with its derivatives.

    A file supplies `name`, `domain`, `rowwise`, `forms` and `exact`; a subclass is a frozen
    dataclass whose fields are its hyper-parameters. Everything public is derived here.

    Attributes:
        name: the snake_case name in the catalogue.
        domain: where the outputs lie.
        rowwise: True where an output depends on the whole row, False for entry by entry.
        neutral: the logit that stands for "not there": a masked entry is filled with it.
        symmetric: whether the Jacobian is symmetric at every point.
        shift_invariant: whether adding a number to a row changes nothing.
        has_potential: whether the output is the gradient of a convex potential; `fenchel_young`
            then pairs with it.
        derivative_is_exact: False for a surrogate such as straight-through.
    """

    name: ClassVar[str]
    domain: ClassVar[Domain]
    rowwise: ClassVar[bool]
    neutral: ClassVar[float] = 0.0
    symmetric: ClassVar[bool] = False
    shift_invariant: ClassVar[bool] = False
    has_potential: ClassVar[bool] = False
    derivative_is_exact: ClassVar[bool] = True

    @abstractmethod
    def forms(self, xp: Namespace, z: Array) -> Forms:
        """The output at canonical logits (..., n), float32 or float64, in every form it has."""

    @abstractmethod
    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition in mpmath, for one row: deliberately not the fast algorithm."""

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank | None:
        """The Jacobian by the output alone, or None where the output does not determine it."""
        return None

    # -- what users call ------------------------------------------------------------------

    @final
    def __call__(
        self, z: Any, *, axis: Axis = -1, where: Any = None, out: Array | None = None
    ) -> Array:
        """The output, of z's shape.

        Args:
            z: logits, any real array or list.
            axis: the class axis; a tuple normalises several together; () makes every entry a
                row of its own. Entry-by-entry activations ignore it.
            where: mask that broadcasts to z's shape, True = keep. Masked entries become 0.
            out: array to write to; may be z itself.

        Raises:
            InputTypeError: z is bool, complex, object or string.
            AxisError, ShapeError: the axis does not exist or is empty.
        """
        fast = fast_paths.forward.get(type(self))
        if fast is not None:
            result = fast(self, z, axis, where, out)
            if result is not None:
                return result
        with np.errstate(all="ignore"):
            prepared = self._prepare(z, axis, where, needs_rows=False)
            return self._finish(prepared, prepared.forms.p, out)

    @final
    @np.errstate(all="ignore")
    def log(self, z: Any, *, axis: Axis = -1, where: Any = None, out: Array | None = None) -> Array:
        """The logarithm of the output, accurate where the output is near 0 and near 1."""
        prepared = self._prepare(z, axis, where, needs_rows=False)
        self._require(prepared.forms.has_log, "logarithm", "its output is not positive")
        return self._finish(prepared, prepared.forms.log.value, out)

    @final
    @np.errstate(all="ignore")
    def complement(
        self, z: Any, *, axis: Axis = -1, where: Any = None, out: Array | None = None
    ) -> Array:
        """1 - p, computed without subtraction: it keeps its digits where p is near 1."""
        prepared = self._prepare(z, axis, where, needs_rows=False)
        self._require(prepared.forms.has_complement, "complement", "its output is no probability")
        return self._finish(prepared, prepared.forms.q, out)

    @final
    def jacobian(self, z: Any, *, axis: Axis = -1, where: Any = None) -> DiagonalPlusLowRank:
        """The Jacobian as an operator of shape (..., n, n): batch axes first, O(n) memory.

        Entry [..., i, j] is the derivative of output i by input j (numerator layout).
        """
        return self.linearize(z, axis=axis, where=where)[1]

    @final
    @np.errstate(all="ignore")
    def linearize(
        self, z: Any, *, axis: Axis = -1, where: Any = None
    ) -> tuple[Array, DiagonalPlusLowRank]:
        """Output and Jacobian at the cost of one."""
        prepared = self._prepare(z, axis, where)
        output = prepared.forms.output
        return self._finish(prepared, output.value, None), output.jacobian()

    @final
    @np.errstate(all="ignore")
    def jacobian_from_output(self, p: Any, *, axis: Axis = -1) -> DiagonalPlusLowRank:
        """The Jacobian when the output p is already at hand, shape (..., n, n).

        Raises:
            CapabilityError: the output does not determine the Jacobian (spherical softmax).
        """
        operand = as_operand(p, "p")
        layout = Layout.of(tuple(operand.array.shape), axis, "p")
        xp = operand.xp
        jacobian = self.from_output(xp, layout.enter(xp, operand.array))
        if jacobian is None:
            raise CapabilityError(
                f"{self!r} has different Jacobians at one output; use jacobian(z) with logits"
            )
        return jacobian

    @final
    @np.errstate(all="ignore")
    def curvature(self, z: Any, g: Any, *, axis: Axis = -1, where: Any = None) -> Operator:
        """sum_k g_k (Hessian of output k), an operator of shape (..., n, n)."""
        prepared = self._prepare(z, axis, where)
        return prepared.forms.output.curvature(self._vector(prepared, g, "g"))

    @final
    @np.errstate(all="ignore")
    def vjp(
        self, z: Any, g: Any, *, axis: Axis = -1, where: Any = None, out: Array | None = None
    ) -> Array:
        """Jacobian transposed times g, in z's shape: the backward pass."""
        prepared = self._prepare(z, axis, where, needs_rows=False)
        jacobian = prepared.forms.output.jacobian()
        return self._finish(prepared, jacobian.T @ self._vector(prepared, g, "g"), out)

    @final
    @np.errstate(all="ignore")
    def jvp(
        self, z: Any, v: Any, *, axis: Axis = -1, where: Any = None, out: Array | None = None
    ) -> Array:
        """Jacobian times v, in z's shape: the change of the output when z moves along v."""
        prepared = self._prepare(z, axis, where, needs_rows=False)
        jacobian = prepared.forms.output.jacobian()
        return self._finish(prepared, jacobian @ self._vector(prepared, v, "v"), out)

    @final
    @np.errstate(all="ignore")
    def hvp(
        self,
        z: Any,
        g: Any,
        v: Any,
        *,
        axis: Axis = -1,
        where: Any = None,
        out: Array | None = None,
    ) -> Array:
        """sum_k g_k (Hessian of output k) v: the change of vjp(z, g) when z moves along v."""
        prepared = self._prepare(z, axis, where, needs_rows=False)
        curvature = prepared.forms.output.curvature(self._vector(prepared, g, "g"))
        return self._finish(prepared, curvature @ self._vector(prepared, v, "v"), out)

    @final
    def partial(self, z: Any, *, i: int, j: int, axis: Axis = -1, where: Any = None) -> Array:
        """The derivative of output i by input j, one number a row."""
        return self.jacobian(z, axis=axis, where=where)[..., i, j]

    # -- how it is done -------------------------------------------------------------------

    @final
    def _prepare(self, z: Any, axis: Axis, where: Any, *, needs_rows: bool = True) -> Prepared:
        operand = as_operand(z, "z")
        xp, array = operand.xp, operand.array
        shape = tuple(array.shape)
        # Entry by entry, values need no class axis: a bare number is welcome.
        layout = Layout.of(shape, axis if self.rowwise or needs_rows else (), "z")
        canonical = layout.enter(xp, array)
        if where is None:
            return Prepared(operand, layout, self.forms(xp, canonical))
        keep = layout.enter(xp, as_mask(where, operand, shape))
        filled = xp.where(keep, canonical, xp.full_like(canonical, self.neutral))
        return Prepared(operand, layout, self.forms(xp, filled).masked(keep))

    @final
    def _finish(self, prepared: Prepared, result: Array, out: Array | None) -> Array:
        moved = prepared.layout.leave(prepared.operand.xp, result)
        return finish(moved, prepared.operand, out)

    @final
    def _vector(self, prepared: Prepared, value: Any, argument: str) -> Array:
        operand, layout = prepared.operand, prepared.layout
        array = as_like(value, operand, argument)
        if tuple(array.shape) != layout.shape:
            raise ShapeError(
                f"{argument} has shape {tuple(array.shape)}; expected z's, {layout.shape}"
            )
        return layout.enter(operand.xp, array)

    @final
    def _require(self, has: bool, what: str, why: str) -> None:
        if not has:
            raise CapabilityError(f"{self!r} has no {what}: {why}")
