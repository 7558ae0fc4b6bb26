"""The contract of an activation: what one file supplies, and all that is derived from it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, final

import numpy as np

from softgrad.arrays.layout import Axis
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.canonical import Canonical
from softgrad.contracts.declarations import OF_ACTIVATIONS, Declaration
from softgrad.contracts.domains import Domain
from softgrad.contracts.evaluation import evaluate
from softgrad.contracts.facts import ActivationFacts
from softgrad.contracts.fast_paths import Work
from softgrad.contracts.forms import Forms
from softgrad.contracts.parameters import Parameterised
from softgrad.errors import CapabilityError
from softgrad.operators import DiagonalPlusLowRank, Operator, checked_index

# Looking an enumeration's member up costs as much as a small call's arithmetic.
_FORWARD = Work.FORWARD


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

    def output_by_parameter(self, xp: Namespace, p: Array, name: str) -> Array:
        """Hook: how the output p changes with a hyper-parameter, shape (..., n).

        Raises:
            CapabilityError: there is no such derivative.
        """
        raise CapabilityError(f"{self!r} has no derivative by {name}")

    def draw_noise(self, shape: tuple[int, ...]) -> Array:
        """Hook of a `noisy` activation: what it adds to logits of that shape, class axis last.

        Raises:
            CapabilityError: it adds nothing.
        """
        raise CapabilityError(f"{self!r} adds no noise")

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
        return evaluate(self, "output", _FORWARD, z, axis, where, out)

    @final
    def log(self, z: Any, *, axis: Axis = -1, where: Any = None, out: Array | None = None) -> Array:
        """The logarithm of the output, accurate where the output is near 0 and near 1."""
        return evaluate(self, "log", Work.FORWARD, z, axis, where, out)

    @final
    def complement(
        self, z: Any, *, axis: Axis = -1, where: Any = None, out: Array | None = None
    ) -> Array:
        """1 - p, computed without subtraction: it keeps its digits where p is near 1."""
        return evaluate(self, "complement", Work.FORWARD, z, axis, where, out)

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
        call = Canonical.of(z, "z", axis, where)
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
        call = Canonical.of(z, "z", axis, where)
        return call.forms(self).output.curvature(call.vector(g, "g"))

    @final
    def vjp(
        self, z: Any, g: Any, *, axis: Axis = -1, where: Any = None, out: Array | None = None
    ) -> Array:
        """Jacobian transposed times g, in z's shape: the backward pass."""
        return evaluate(self, "output", Work.VJP, z, axis, where, out, g=g)

    @final
    def jvp(
        self, z: Any, v: Any, *, axis: Axis = -1, where: Any = None, out: Array | None = None
    ) -> Array:
        """Jacobian times v, in z's shape: the change of the output when z moves along v."""
        return evaluate(self, "output", Work.JVP, z, axis, where, out, v=v)

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
        return evaluate(self, "output", Work.HVP, z, axis, where, out, g=g, v=v)

    @final
    @np.errstate(all="ignore")
    def parameter_derivative(
        self, z: Any, name: str, *, axis: Axis = -1, where: Any = None
    ) -> Array:
        """How the output changes with a hyper-parameter: a temperature, or alpha of entmax.

        Returns:
            One number an entry, of z's shape; 0 where an entry is masked.

        Raises:
            CapabilityError: there is no such derivative.
        """
        call = Canonical.of(z, "z", axis, where)
        if name == self.divided_by and not self.noisy:
            found = _by_divisor(call, self, getattr(self, name))
        else:
            found = self.output_by_parameter(call.xp, call.forms(self).p, name)
        return call.finish(call.kept(found))

    @final
    def partial(self, z: Any, *, i: int, j: int, axis: Axis = -1, where: Any = None) -> Array:
        """The derivative of output i by input j, one number a row.

        Both are counted from 0, or from the end where they are negative, as NumPy does.

        Raises:
            IndexRangeError, InputTypeError: i or j is none of the classes, or no integer.
        """
        jacobian = self.jacobian(z, axis=axis, where=where)
        return jacobian[..., checked_index(i, jacobian.n, "i"), checked_index(j, jacobian.n, "j")]


def _by_divisor(call: Canonical, activation: Activation, divisor: float) -> Array:
    """f(z / T) by T, -J z / T; J has 0 for what all logits have in common, which cancels first."""
    xp, z = call.xp, call.entries
    finite = xp.isfinite(z) if call.keep is None else xp.isfinite(z) & call.keep
    least = xp.full_like(z, float(xp.finfo(z.dtype).min))
    largest = xp.max(xp.where(finite, z, least), axis=-1, keepdims=True)
    below = xp.where(finite, z - largest, xp.zeros_like(z))
    return (call.forms(activation).output.jacobian() @ below) / -divisor
