"""The contract of an activation: what one file supplies, and all that is derived from it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, final

import numpy as np

from softgrad.arrays.layout import Axis, named_axes
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.outputs import check_outputs
from softgrad.contracts.canonical import Canonical
from softgrad.contracts.declarations import OF_ACTIVATIONS, Declaration
from softgrad.contracts.domains import Domain
from softgrad.contracts.facts import ActivationFacts
from softgrad.contracts.fast_paths import MapKernel, Work, by_definition, fast_paths
from softgrad.contracts.forms import Forms
from softgrad.contracts.parameters import Parameterised
from softgrad.errors import CapabilityError
from softgrad.operators import DiagonalPlusLowRank, Operator, checked_index


class Activation(Parameterised, ActivationFacts, ABC):
    """A map from logits to outputs, with its derivatives.

    A file supplies `name`, `domain`, `rowwise` and `forms`, and `exact` where laws are to know what
    is true; a subclass is a frozen dataclass of hyper-parameters. All that is public follows.

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

    _declarations: ClassVar[Mapping[str, Declaration]] = OF_ACTIVATIONS

    @abstractmethod
    def forms(self, xp: Namespace, z: Array) -> Forms:
        """The output at canonical logits (..., n), float32 or float64, in every form it has."""

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """Hook: the definition in mpmath, for one row: deliberately not the fast algorithm.

        Raises:
            CapabilityError: the file supplies none.
        """
        raise CapabilityError(
            f"{type(self).__name__} has no exact definition, which laws compare with; write `def "
            "exact(self, z)`: the outputs of one row of mpmath numbers, as a list"
        )

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
            out: array of z's shape to write to, of any floating dtype; may be z itself, but not
                share memory with an argument in another way.

        Raises:
            InputTypeError: z is bool, complex, object or string; out is no array that can be
                written to.
            AxisError, ShapeError: the axis does not exist or is empty; out has another shape.
            ParameterError: out shares memory where it may not.
        """
        return self._run(Work.FORWARD, z, axis, where, out)

    @final
    @np.errstate(all="ignore")
    def log(self, z: Any, *, axis: Axis = -1, where: Any = None, out: Array | None = None) -> Array:
        """The logarithm of the output, accurate where the output is near 0 and near 1."""
        call = self._read(z, axis, where, needs_rows=False, out=out)
        forms = call.forms(self)
        self._require(forms.has_log, "logarithm", "its output is not positive")
        return call.finish(forms.log.value, out)

    @final
    @np.errstate(all="ignore")
    def complement(
        self, z: Any, *, axis: Axis = -1, where: Any = None, out: Array | None = None
    ) -> Array:
        """1 - p, computed without subtraction: it keeps its digits where p is near 1."""
        call = self._read(z, axis, where, needs_rows=False, out=out)
        forms = call.forms(self)
        self._require(forms.has_complement, "complement", "its output is no probability")
        return call.finish(forms.q, out)

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
        call = self._read(z, axis, where)
        output = call.forms(self).output
        return call.finish(output.value), output.jacobian()

    @final
    @np.errstate(all="ignore")
    def jacobian_from_output(self, p: Any, *, axis: Axis = -1) -> DiagonalPlusLowRank:
        """The Jacobian when the output p is already at hand, shape (..., n, n).

        Raises:
            CapabilityError: the output does not determine the Jacobian (spherical softmax).
        """
        output = Canonical.of(p, "p", axis)
        jacobian = self.from_output(output.xp, output.entries)
        if jacobian is None:
            raise CapabilityError(
                f"{self!r} has different Jacobians at one output; use jacobian(z) with logits"
            )
        return jacobian

    @final
    @np.errstate(all="ignore")
    def curvature(self, z: Any, g: Any, *, axis: Axis = -1, where: Any = None) -> Operator:
        """sum_k g_k (Hessian of output k), an operator of shape (..., n, n)."""
        call = self._read(z, axis, where)
        return call.forms(self).output.curvature(call.vector(g, "g"))

    @final
    def vjp(
        self, z: Any, g: Any, *, axis: Axis = -1, where: Any = None, out: Array | None = None
    ) -> Array:
        """Jacobian transposed times g, in z's shape: the backward pass."""
        return self._run(Work.VJP, z, axis, where, out, g=g)

    @final
    def jvp(
        self, z: Any, v: Any, *, axis: Axis = -1, where: Any = None, out: Array | None = None
    ) -> Array:
        """Jacobian times v, in z's shape: the change of the output when z moves along v."""
        return self._run(Work.JVP, z, axis, where, out, v=v)

    @final
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
        return self._run(Work.HVP, z, axis, where, out, g=g, v=v)

    @final
    def partial(self, z: Any, *, i: int, j: int, axis: Axis = -1, where: Any = None) -> Array:
        """The derivative of output i by input j, one number a row.

        Both are counted from 0, or from the end where they are negative, as NumPy does.

        Raises:
            IndexRangeError, InputTypeError: i or j is none of the classes, or no integer.
        """
        jacobian = self.jacobian(z, axis=axis, where=where)
        return jacobian[..., checked_index(i, jacobian.n, "i"), checked_index(j, jacobian.n, "j")]

    # -- how it is done -------------------------------------------------------------------

    @final
    def _run(
        self, work: Work, z: Any, axis: Axis, where: Any, out: Any, g: Any = None, v: Any = None
    ) -> Array:
        """By a kernel as it was given; else made regular, by a kernel or the definition."""
        kernel: MapKernel | None = fast_paths.maps[type(self)]
        if kernel is not None:
            result = kernel(work, self, z, axis, where, out, g, v)
            if result is not None:
                return result
        with np.errstate(all="ignore"):
            call = self._read(z, axis, where, needs_rows=False, out=out, g=g, v=v)
            g = call.vector(g, "g") if work in (Work.VJP, Work.HVP) else None
            v = call.vector(v, "v") if work in (Work.JVP, Work.HVP) else None
            result = None
            if kernel is not None and call.xp is np:
                result = kernel(work, self, call.entries, -1, call.keep, None, g, v)
            if result is None:
                result = by_definition(work, call.forms(self).output, g, v)
            return call.finish(result, out)

    @final
    def _read(
        self,
        z: Any,
        axis: Axis,
        where: Any,
        *,
        needs_rows: bool = True,
        out: Any = None,
        **vectors: Any,
    ) -> Canonical:
        if not (self.rowwise or needs_rows):
            # Entry by entry, values need no class axis: a bare number is welcome. An axis that
            # is none is refused all the same.
            named_axes(axis)
            axis = ()
        call = Canonical.of(z, "z", axis, where)
        if out is not None:
            check_outputs(call.operand, {"out": out}, {"z": z, "where": where, **vectors})
        return call

    @final
    def _require(self, has: bool, what: str, why: str) -> None:
        if not has:
            raise CapabilityError(f"{self!r} has no {what}: {why}")
