"""What entries say of themselves, for those who choose by it: boosting, kernels, listings.

Nobody asks an entry for its name to learn what it is: it says so here, and tests/laws/test_facts.py
holds the whole catalogue to what it says. Where a hyper-parameter has a say, a hook answers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Literal, NamedTuple, TypeAlias

from softgrad.contracts.domains import Domain

Link: TypeAlias = Literal["identity", "log", "logit"]


class ActivationFacts:
    """Of an activation.

    Attributes:
        link: what undoes it, where that is one of the classics: "identity" for a = z, "log" for
            a = exp z, "logit" for a = 1 / (1 + exp(-z)).
        piecewise_linear: whether it has no curvature, but kinks.
        divided_by: the name of the hyper-parameter that the logits are divided by, if any.
        differentiable_by: hyper-parameters that the output has a derivative by
            (`output_by_parameter`).
        takes_many_steps: whether its definition searches, which compilers of graphs had better not
            unroll: minutes of theirs save nothing.
        noisy: the name of the activation that it is, with noise added to the logits; "" if of none.
        positive: of values, whether they are positive everywhere and come with their logarithm
            (`log_form`, entry by entry), on which losses of rates are written.
    """

    link: ClassVar[Link | None] = None
    piecewise_linear: ClassVar[bool] = False
    positive: ClassVar[bool] = False
    divided_by: ClassVar[str] = ""
    differentiable_by: ClassVar[tuple[str, ...]] = ()
    takes_many_steps: ClassVar[bool] = False
    noisy: ClassVar[str] = ""

    def is_piecewise_linear(self) -> bool:
        """Hook: `piecewise_linear`, where a hyper-parameter has no say in it."""
        return self.piecewise_linear

    def natural_scale(self) -> float | None:
        """Hook: s where s z are natural parameters, else None.

        Then log p_i - log p_j = s (z_i - z_j) of classes, log p - log(1 - p) = s z of coins, and
        the Hessian of -log p is the same for every class.
        """
        return None


class ChangeOfUnits(NamedTuple):
    """What becomes of a loss where its target y becomes scale y + shift, scale > 0.

    Attributes:
        loss: what takes its place for y, of which a hyper-parameter may have a unit.
        prediction: from the prediction of y to that of scale y + shift; rows of parameters of one
            value lie along the last axis.
        factor, offset: the loss of the latter is factor times that of the former, plus offset.
    """

    loss: Any
    prediction: Callable[[Any], Any]
    factor: float
    offset: float


def change_of_values(loss: Any, scale: float, shift: float, factor: float) -> ChangeOfUnits:
    """Where predictions change as the value does."""

    def changed(prediction: Any) -> Any:
        return scale * prediction + shift

    return ChangeOfUnits(loss, changed, factor, 0.0)


class LossFacts:
    """Of a loss.

    Attributes:
        convex: whether it is convex in its prediction (of a loss that is written on logits, in
            those), whatever its hyper-parameters.
        flat: whether its second derivative by the prediction is 0 off its kinks.
        constant_hessian: whether its second derivative by the prediction is not 0, and the same
            everywhere.
        linear_tails: whether it is a straight line far from the target, though not near it.
        below_parabolas: of a loss f of the difference d, whether f'(d) / d falls with |d|, so that
            the parabola of that curvature that touches f at d lies nowhere below it.
        log_score: whether it is -sum t log p, but for what depends on the target alone.
        compares_entries: whether it is of differences of entries alone, and so nothing in a row
            of one entry.
        linear_in_target: whether it is sum_c t_c psi_c, on coins with 1 - t for the other side.
        ascending: whether a row of predictions ascends by what it means, and sorting one never
            makes the loss larger.
        has_fisher_information: whether it is a likelihood that supplies its `row_fisher`, for a
            prediction that says how targets are distributed and cannot be a target itself.
    """

    convex: ClassVar[bool] = True
    flat: ClassVar[bool] = False
    constant_hessian: ClassVar[bool] = False
    linear_tails: ClassVar[bool] = False
    below_parabolas: ClassVar[bool] = False
    log_score: ClassVar[bool] = False
    compares_entries: ClassVar[bool] = False
    linear_in_target: ClassVar[bool] = False
    ascending: ClassVar[bool] = False
    has_fisher_information: ClassVar[bool] = False

    def is_flat(self, output: Domain) -> bool:
        """Hook: `flat`, where neither a hyper-parameter nor where predictions lie has a say in it.

        On a simplex, where they move from class to class, only that direction counts.
        """
        return self.flat

    def is_separable(self, output: Domain) -> bool:
        """Hook: whether a row's loss is the sum of its entries', each taken as a row of its own."""
        return False

    def variance_power(self) -> float | None:
        """Hook: rho of a likelihood with variance m^rho, whose slope is c (m - t) / m^rho."""
        return None

    def quantile_level(self) -> float | None:
        """Hook: tau of a loss whose mean is least at the tau-quantile of the target."""
        return None

    def mean_and_deviation(self, prediction: Any) -> tuple[Any, Any] | None:
        """Hook: mean and standard deviation, shape (...), where a row tells of a distribution.

        `prediction` has rows along its last axis.
        """
        return None

    def quantile_levels(self) -> tuple[float, ...]:
        """Hook: the level of each column of a loss that is a sum of quantile losses, else ()."""
        level = self.quantile_level()
        return () if level is None else (level,)

    def change_of_units(self, scale: float, shift: float) -> ChangeOfUnits | None:
        """Hook: of a loss of values whose meaning does not hang on their unit, else None."""
        return None
