"""The contract of a loss: what one file supplies, and all that is derived from it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, final

import numpy as np

from softgrad.arrays.layout import Axis
from softgrad.arrays.namespaces import Array
from softgrad.contracts import chain
from softgrad.contracts.activation import Activation
from softgrad.contracts.declarations import OF_LOSSES, Declaration
from softgrad.contracts.domains import REAL, Domain
from softgrad.contracts.facts import LossFacts
from softgrad.contracts.forms import Forms, LivesOn
from softgrad.contracts.of_prediction import of_prediction, read_prediction
from softgrad.contracts.parameters import Parameterised
from softgrad.contracts.targets import TargetKind
from softgrad.displays import Displayed
from softgrad.errors import CapabilityError, ParameterError
from softgrad.operators import DiagonalPlusLowRank, Operator, congruence


class Loss(ABC):
    """One number a row, by a prediction and a target; losses can be added and scaled."""

    @property
    @abstractmethod
    def terms(self) -> tuple[tuple[float, RowLoss], ...]:
        """The simple losses that this one is the weighted sum of."""

    @final
    def fits(self, activation: Activation) -> bool:
        """Whether the activation's outputs are predictions that every term is defined on."""
        has_logarithm = activation.positive or activation.domain.kind != "values"
        return all(
            any(activation.domain.is_within(a) for a in term.accepts)
            and (activation.has_potential or not term.needs_potential)
            and (has_logarithm or term.lives_on is not LivesOn.LOG)
            for _, term in self.terms
        )

    @final
    @property
    def target_kind(self) -> TargetKind:
        """What a target is; the strictest of the terms'."""
        kinds = {term.targets for _, term in self.terms}
        for strict in ("bounds", "row", "labels", "classes"):
            if strict in kinds:
                return strict
        return "entries"

    @final
    def __call__(
        self, prediction: Any, target: Any, *, axis: Axis = -1, where: Any = None
    ) -> Array:
        """The loss, one value a row.

        Args:
            prediction: what the loss is defined on: probabilities for the losses of
                probabilities (not logits), values for those of values, scores for the hinges.
                With axis=() every entry is a row of its own, and a probability that of a coin;
                for a loss of coins alone it is one with any axis.
            target: the prediction's shape (a probability or a value an entry), or that shape
                without the class axis and an integer dtype (labels).
            axis: the class axis, or several.
            where: mask, True = keep.

        Raises:
            DomainError: an entry of the prediction is not what the loss is defined on.
            TargetError: the target has another shape, or numbers that the loss does not take.
        """
        return of_prediction("value", self, prediction, target, axis, where)

    @final
    def gradient(
        self, prediction: Any, target: Any, *, axis: Axis = -1, where: Any = None
    ) -> Array:
        """The derivative by the prediction, in its shape."""
        return of_prediction("gradient", self, prediction, target, axis, where)

    @final
    @np.errstate(all="ignore")
    def hessian(
        self, prediction: Any, target: Any, *, axis: Axis = -1, where: Any = None
    ) -> Operator:
        """The second derivative by the prediction, an operator of shape (..., n, n)."""
        _, forms, t = read_prediction(self, prediction, target, axis, where)
        return chain.prediction_hessian(self, forms, t)

    @final
    def __add__(self, other: Any) -> Loss:
        if not isinstance(other, Loss):
            return NotImplemented
        return LossSum(self.terms + other.terms)

    @final
    def __mul__(self, factor: Any) -> Loss:
        if isinstance(factor, bool) or not isinstance(factor, int | float):
            return NotImplemented
        if not np.isfinite(factor):
            raise ParameterError(f"a loss cannot be scaled by {factor}; expected a finite number")
        return LossSum(tuple((factor * weight, term) for weight, term in self.terms))

    __rmul__ = __mul__


class RowLoss(Loss, Parameterised, LossFacts, ABC):
    """A simple loss: one file. Its subclass is a frozen dataclass of hyper-parameters.

    Attributes:
        name: the snake_case name in the catalogue.
        accepts: the domains of predictions.
        lives_on: the representation in which the three functions below are written.
        targets: "entries" (a value an entry), "classes" (labels or a distribution), "labels"
            (labels or one-hot rows only), "row" (one observed value a row), "bounds" (a lower and
            an upper bound of it).
        target_domain: what an entry of a target may be, `SHARES` of the classes becoming one side's
            share on coins; None where it is what the activation gives.
        two_sided: on coins, whether the loss is summed over both sides of each coin.
        needs_potential: whether it is built from the convex potential of the activation.
        scale_invariant: whether a prediction times a positive number costs the same; it is then
            taken at predictions whose largest entry is near 1.
        row_length: the one length that its rows may have, or None for any.
    """

    name: ClassVar[str]
    accepts: ClassVar[tuple[Domain, ...]]
    lives_on: ClassVar[LivesOn]
    targets: ClassVar[TargetKind]
    target_domain: ClassVar[Domain | None] = REAL
    two_sided: ClassVar[bool] = False
    needs_potential: ClassVar[bool] = False
    scale_invariant: ClassVar[bool] = False
    row_length: ClassVar[int | None] = None

    _declarations: ClassVar[Mapping[str, Declaration]] = OF_LOSSES

    @abstractmethod
    def row_value(self, r: Forms, t: Array) -> Array:
        """The loss of each row: (..., n), (..., n) -> (...)."""

    @abstractmethod
    def row_gradient(self, r: Forms, t: Array) -> Array:
        """The derivative by the representation that the loss lives on: (..., n)."""

    @abstractmethod
    def row_hessian(self, r: Forms, t: Array) -> Operator:
        """The second derivative by that representation, shape (..., n, n)."""

    def row_output_hessian(self, r: Forms, t: Array) -> Operator:
        """Hook: H_s - diag(g_s) of a loss on s = log a, that is diag(a) H_a diag(a)."""
        return self.row_hessian(r, t) + DiagonalPlusLowRank(-self.row_gradient(r, t))

    def row_prediction_hessian(self, r: Forms, t: Array) -> Operator:
        """Hook: H_a of a loss on s = log a, by a itself; here `row_output_hessian` / a / a."""
        xp, scaled = r.xp, self.row_output_hessian(r, t)
        return congruence(DiagonalPlusLowRank(xp.where(r.p == 0, xp.inf, 1.0 / r.p)), scaled)

    def row_target_gradient(self, r: Forms, t: Array) -> Array:
        """Hook: the derivative by the target, (..., n).

        Raises:
            CapabilityError: the loss has none.
        """
        raise CapabilityError(f"{self!r} has no derivative by its target")

    def row_fisher(self, r: Forms) -> Operator:
        """Hook, with `has_fisher_information`: the mean of `row_hessian` over what r predicts.

        Targets are distributed as r says. The mean of `row_gradient` over them is 0.

        Raises:
            CapabilityError: the file supplies none.
        """
        raise CapabilityError(f"{self!r} has no Fisher information of its own")

    @property
    def side_weights(self) -> tuple[float, float]:
        """Hook: what heads and tails of a coin weigh, for a loss that is summed over both."""
        return 1.0, 1.0

    def allowed_targets(self) -> Domain | None:
        """Hook: `target_domain`, where a hyper-parameter has no say in it."""
        return self.target_domain

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """Hook: the definition in mpmath for one row r of predictions; with side="coin" of coins.

        Raises:
            CapabilityError: the file supplies none.
        """
        raise CapabilityError(
            f"{type(self).__name__} has no exact definition, which the laws compare with; write "
            '`def exact(self, r, t, side="class")`: the loss of one row of mpmath numbers'
        )

    @final
    @property
    def terms(self) -> tuple[tuple[float, RowLoss], ...]:
        """Itself."""
        return ((1.0, self),)


Side = Literal["class", "coin"]


class LossSum(Loss, Displayed):
    """A weighted sum of simple losses, such as cross_entropy + 1e-4 * z_loss."""

    def __init__(self, terms: tuple[tuple[float, RowLoss], ...]) -> None:
        self._terms = terms

    @property
    def terms(self) -> tuple[tuple[float, RowLoss], ...]:
        """The simple losses with their factors."""
        return self._terms

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LossSum) and self._terms == other._terms

    def __hash__(self) -> int:
        return hash(self._terms)

    def __repr__(self) -> str:
        return " + ".join(f"{weight:g} * {term!r}" for weight, term in self._terms)
