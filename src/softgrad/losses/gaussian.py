"""Gaussian negative log-likelihood of one observation, for a predicted mean and log-variance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, namespace_of
from softgrad.contracts.domains import REAL, Domain
from softgrad.contracts.facts import ChangeOfUnits
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, RowLoss, Side
from softgrad.contracts.targets import TargetKind
from softgrad.errors import ShapeError
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Gaussian(RowLoss):
    """(s + (y - m)^2 exp(-s)) / 2 for a row (m, s): mean and log-variance; y is the target.

    The constant log(2 pi) / 2 is left out. Predictions have rows of length 2, targets one
    observed value a row. Convex in m alone and in s alone, not in both. A row of which an entry
    is masked counts nothing.

    Source: Nix and Weigend 1994.
    """

    name: ClassVar[str] = "gaussian"
    accepts: ClassVar[tuple[Domain, ...]] = (REAL,)
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "row"
    row_length: ClassVar[int | None] = 2
    convex: ClassVar[bool] = False
    has_fisher_information: ClassVar[bool] = True

    def row_value(self, r: Forms, t: Array) -> Array:
        """(s + x^2) / 2 with x = (y - m) exp(-s / 2)."""
        s, _, x, kept = _parts(r, t)
        # The square outgrows the logarithm.
        value = r.xp.where(r.xp.isinf(x), r.xp.inf, 0.5 * s + 0.5 * (x * x))
        return (kept * value)[..., 0]

    def row_gradient(self, r: Forms, t: Array) -> Array:
        """(-x exp(-s / 2), (1 - x^2) / 2)."""
        _, root, x, kept = _parts(r, t)
        return kept * r.xp.concat([-(x * root), 0.5 * (1.0 - x) * (1.0 + x)], axis=-1)

    def row_hessian(self, r: Forms, t: Array) -> DiagonalPlusLowRank:
        """((exp(-s), x exp(-s / 2)), (x exp(-s / 2), x^2 / 2))."""
        xp = r.xp
        _, root, x, kept = _parts(r, t)
        diagonal = kept * xp.concat([root * root, 0.5 * (x * x)], axis=-1)
        crossed, none = kept * (x * root), xp.zeros_like(x)
        # Infinitely far from the target the row has a value and slopes, and no mixed curvature.
        crossed = xp.where(xp.isinf(crossed), none, crossed)
        one = xp.ones_like(x)
        upper = (xp.concat([crossed, none], axis=-1), xp.concat([none, one], axis=-1))
        lower = (xp.concat([none, crossed], axis=-1), xp.concat([one, none], axis=-1))
        return DiagonalPlusLowRank.of(diagonal, upper, lower)

    def row_fisher(self, r: Forms) -> DiagonalPlusLowRank:
        """diag(exp(-s), 1 / 2): x has mean 0 and variance 1."""
        _, root, _, kept = _parts(r, r.p[..., :1])
        half = r.xp.full_like(root, 0.5)
        return DiagonalPlusLowRank(kept * r.xp.concat([root * root, half], axis=-1))

    def row_target_gradient(self, r: Forms, t: Array) -> Array:
        """(y - m) exp(-s) at the mean, 0 at the log-variance: the row has one target."""
        _, root, x, kept = _parts(r, t)
        slope = kept * (x * root)
        return r.xp.concat([slope, r.xp.zeros_like(slope)], axis=-1)

    def mean_and_deviation(self, prediction: Any) -> tuple[Any, Any]:
        """m and exp(s / 2)."""
        xp = namespace_of(prediction)
        return prediction[..., 0], xp.exp(0.5 * prediction[..., 1])

    def change_of_units(self, scale: float, shift: float) -> ChangeOfUnits:
        """The mean changes as the value does; the log-variance grows by 2 log(scale)."""

        def changed(prediction: Any) -> Any:
            xp, m, s = namespace_of(prediction), prediction[..., :1], prediction[..., 1:]
            return xp.concat([scale * m + shift, s + 2.0 * log(scale)], axis=-1)

        return ChangeOfUnits(self, changed, 1.0, log(scale))

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        from mpmath import exp

        mean, log_variance = r
        return (log_variance + (t[0] - mean) ** 2 / exp(log_variance)) / 2


def _parts(r: Forms, t: Array) -> tuple[Array, Array, Array, Array]:
    """s, exp(-s / 2), (y - m) exp(-s / 2), and 0 for rows with a masked entry; shape (..., 1)."""
    if r.p.shape[-1] != 2:
        raise ShapeError(
            f"prediction has rows of length {r.p.shape[-1]}; gaussian takes rows of length 2, "
            "the mean and the logarithm of the variance"
        )
    m, s = r.p[..., :1], r.p[..., 1:]
    root = r.xp.exp(-0.5 * s)
    kept = r.weights
    gap = t[..., :1] - m
    x = r.xp.where((gap == 0) & (s == s), gap, gap * root)
    return s, root, x, kept[..., :1] * kept[..., 1:]
