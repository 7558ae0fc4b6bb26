"""What an activation makes of its logits: the forms of its output and how each one changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from softgrad.arrays.namespaces import Array, Namespace, namespace_of
from softgrad.arrays.precision import round_to, wants_float64
from softgrad.errors import CapabilityError
from softgrad.operators import DiagonalPlusLowRank, without_flow

Jacobian = Callable[[], DiagonalPlusLowRank]
Curvature = Callable[[Array], DiagonalPlusLowRank]


class LivesOn(Enum):
    """The representation of an output in which a loss is written."""

    LOGITS = "logits"
    OUTPUT = "output"
    LOG = "logarithm of the output"


@dataclass(frozen=True, slots=True)
class Form:
    """One representation r(z) of an output, with its first and second derivative.

    Attributes:
        value: r, shape (..., n).
        jacobian: gives dr/dz.
        curvature: for a cotangent g, gives sum_k g_k (second derivative of r_k).
    """

    value: Array
    jacobian: Jacobian
    curvature: Curvature

    def masked(self, xp: Namespace, keep: Array, fill: float) -> Form:
        """Masked entries have the value `fill` and no derivative."""
        curvature = self.curvature

        def masked_curvature(g: Array) -> DiagonalPlusLowRank:
            return curvature(xp.where(keep, g, xp.zeros_like(g))).masked(keep)

        value = xp.where(keep, self.value, xp.full_like(self.value, fill))
        return Form(value, lambda: self.jacobian().masked(keep), masked_curvature)


def elementwise_form(value: Array, first: Callable[[], Array], second: Callable[[], Array]) -> Form:
    """The form of a function applied to each entry: diagonal derivatives."""

    def curvature(g: Array) -> DiagonalPlusLowRank:
        bend = second()
        return DiagonalPlusLowRank(without_flow(namespace_of(g), bend, g, g * bend))

    return Form(value, lambda: DiagonalPlusLowRank(first()), curvature)


def rounded_form(function: Callable[[Namespace, Array], Form], xp: Namespace, z: Array) -> Form:
    """An element-wise form at z; of float32 on NumPy through float64, each part rounded once."""
    if not wants_float64(xp, z):
        return function(xp, z)
    wide = function(xp, xp.asarray(z, dtype=xp.float64))

    def rounded(x: Array) -> Array:
        return round_to(xp, x, z.dtype)

    return elementwise_form(
        rounded(wide.value),
        lambda: rounded(wide.jacobian().d),
        lambda: rounded(wide.curvature(xp.ones_like(wide.value)).d),
    )


def fixed_form(xp: Namespace, value: Array) -> Form:
    """The representation that is the argument itself: Jacobian I, no curvature."""
    return elementwise_form(value, lambda: xp.ones_like(value), lambda: xp.zeros_like(value))


class Forms:
    """The output of an activation at given logits, in every representation that it has.

    Each part is computed when it is first asked for. All arrays have shape (..., n).

    Args:
        xp: the namespace.
        logits: z.
        output: the form of the output itself.
        complement: gives 1 - p without subtraction, where the output is a probability.
        log: gives the form of log p, where the output is positive.
        other_side: gives the forms of 1 - p as an output, where each entry is a coin.
        excess: the Fenchel-Young loss of (these forms, a target), one number a row, where the
            output is the gradient of a convex potential.
        probability: gives the forms of the probability, where the output is its logarithm.
        is_of_positive_values: whether the output is positive values, entry by entry, whose `log`
            is not that of a probability.
        keep: bool mask of the entries that count, or None for all.
    """

    def __init__(
        self,
        xp: Namespace,
        logits: Array,
        output: Form,
        *,
        complement: Callable[[], Array] | None = None,
        log: Callable[[], Form] | None = None,
        other_side: Callable[[], Forms] | None = None,
        excess: Callable[[Forms, Array], Array] | None = None,
        probability: Callable[[], Forms] | None = None,
        is_of_positive_values: bool = False,
        keep: Array | None = None,
    ) -> None:
        self.xp = xp
        self.logits = logits
        self.output = output
        self.keep = keep
        self.is_of_positive_values = is_of_positive_values
        self.has_other_side = other_side is not None
        self.has_complement = complement is not None
        self.has_log = log is not None
        self.has_excess = excess is not None
        self.has_probability = probability is not None
        self._complement = complement
        self._log = log
        self._other_side = other_side
        self._excess = excess
        self._probability = probability

    @property
    def p(self) -> Array:
        """The value of the output."""
        return self.output.value

    @cached_property
    def q(self) -> Array:
        """1 - p, the complement."""
        return self._ask("complement", self._complement)()

    @property
    def complement(self) -> Form:
        """The form of 1 - p."""
        return Form(
            self.q,
            lambda: self.output.jacobian().scaled(-self.xp.ones_like(self.q[..., 0])),
            lambda g: self.output.curvature(-g),
        )

    @cached_property
    def log(self) -> Form:
        """The form of log p."""
        return self._ask("logarithm", self._log)()

    @cached_property
    def other_side(self) -> Forms:
        """The forms of 1 - p, for coins."""
        return self._ask("other side", self._other_side)()

    @cached_property
    def probability(self) -> Forms:
        """The forms of the probability whose logarithm the output is."""
        return self._ask("probability", self._probability)()

    def excess(self, t: Array) -> Array:
        """The Fenchel-Young loss of targets t: one number a row."""
        return self._ask("convex potential", self._excess)(self, t)

    def minus(self, t: Array) -> Array:
        """p - t, through the complement where p > 1/2, so that p = 1 - tiny keeps its digits."""
        if self._complement is None:
            return self.p - t
        return self.xp.where(self.p > 0.5, (1.0 - t) - self.q, self.p - t)

    @property
    def weights(self) -> Array:
        """1.0 where an entry counts, 0.0 where it is masked out."""
        ones = self.xp.ones_like(self.p)
        return ones if self.keep is None else self.xp.where(self.keep, ones, 0.0 * ones)

    def masked(self, keep: Array) -> Forms:
        """The same with masked entries absent: value 0, log -inf, no derivative."""
        xp = self.xp

        def cut(x: Array) -> Array:
            return xp.where(keep, x, xp.zeros_like(x))

        return Forms(
            xp,
            xp.where(keep, self.logits, xp.full_like(self.logits, -float("inf"))),
            self.output.masked(xp, keep, -float("inf") if self.has_probability else 0.0),
            complement=(lambda: cut(self.q)) if self.has_complement else None,
            log=(lambda: self.log.masked(xp, keep, -float("inf"))) if self.has_log else None,
            other_side=(lambda: self.other_side.masked(keep)) if self.has_other_side else None,
            excess=self._excess,
            probability=(lambda: self.probability.masked(keep)) if self.has_probability else None,
            is_of_positive_values=self.is_of_positive_values,
            keep=keep,
        )

    def with_output(self, output: Form) -> Forms:
        """The same with another form in the place of the output's."""
        return Forms(
            self.xp,
            self.logits,
            output,
            complement=self._complement,
            log=self._log,
            other_side=self._other_side,
            excess=self._excess,
            probability=self._probability,
            is_of_positive_values=self.is_of_positive_values,
            keep=self.keep,
        )

    @staticmethod
    def _ask(what: str, supplier: Callable[..., Any] | None) -> Callable[..., Any]:
        if supplier is None:
            raise CapabilityError(f"this output has no {what}")
        return supplier
