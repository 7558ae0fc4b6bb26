"""scale * (diag(p) - p p^T): softmax's Jacobian, and the covariance of a one-hot draw."""

from __future__ import annotations

from math import sqrt
from typing import Self

import numpy as np

from softgrad.arrays.namespaces import Array, Namespace, is_known
from softgrad.errors import CapabilityError
from softgrad.operators.diagonal_plus_low_rank import DiagonalPlusLowRank
from softgrad.operators.pivot import Pivot


class CategoricalCovariance(DiagonalPlusLowRank):
    """scale * (diag(p) - p p^T) for probabilities p, with its inverses and square root.

    Args:
        xp: the namespace of the arrays.
        p: probabilities, shape (..., n).
        complement: 1 - p, computed without subtraction, shape (..., n).
        scale: a positive or negative number (1 / temperature; -1 for softmin).

    Formulas: Tanabe & Sagae 1992 for the family; the pseudo-inverse is C diag(1/p) C with the
    centring matrix C = I - 1 1^T / n; the damped inverse is Sherman and Morrison's.
    """

    def __init__(self, xp: Namespace, p: Array, complement: Array, scale: float = 1.0) -> None:
        pivot = Pivot(p > 0.5, scale * (p * complement))
        super().__init__(scale * p, -p[..., None], scale * p[..., None], pivot=pivot)
        self.p = p
        self.complement = complement
        self.scale = scale

    @classmethod
    def from_probabilities(cls, xp: Namespace, p: Array, scale: float = 1.0) -> Self:
        """From probabilities alone: 1 - p is the sum of the others where p > 1/2."""
        large = p > 0.5
        others = xp.sum(xp.where(large, xp.zeros_like(p), p), axis=-1, keepdims=True)
        return cls(xp, p, xp.where(large, others, 1.0 - p), scale)

    @np.errstate(all="ignore")
    def pinv(self) -> DiagonalPlusLowRank:
        """The Moore-Penrose pseudo-inverse, of rank n - 1, for strictly positive p."""
        xp = self.xp
        if is_known(~xp.all(self.p > 0)):
            raise CapabilityError("the pseudo-inverse in closed form needs every p > 0")
        inverse = 1.0 / self.p
        centred = xp.ones_like(self.p) / self.n
        mean = xp.mean(inverse, axis=-1, keepdims=True)
        result = DiagonalPlusLowRank.of(
            inverse, (-inverse, centred), (centred, -inverse), (centred * mean, centred * self.n)
        )
        return result.scaled(self._number(1.0 / self.scale))

    @np.errstate(all="ignore")
    def sqrt(self) -> DiagonalPlusLowRank:
        """A with A @ A.T equal to this matrix: sqrt(scale) * (diag(sqrt p) - p sqrt(p)^T)."""
        if self.scale < 0:
            raise CapabilityError(f"scale is {self.scale}: a negative matrix has no square root")
        xp = self.xp
        root = xp.sqrt(self.p)
        # 1 - p at the diagonal: sqrt(p) - p sqrt(p) = sqrt(p) (1 - p).
        pivot = Pivot(self.p > 0.5, root * self.complement)
        factor = DiagonalPlusLowRank(root, -self.p[..., None], root[..., None], pivot=pivot)
        return factor.scaled(self._number(sqrt(self.scale)))

    @np.errstate(all="ignore")
    def damped_inverse(self, damping: float) -> DiagonalPlusLowRank:
        """(this + damping * I)^-1 for damping > 0, by a formula that subtracts nothing."""
        if not damping > 0 or self.scale < 0:
            raise CapabilityError(
                f"damping is {damping} and scale {self.scale}; expected both positive"
            )
        xp = self.xp
        relative = damping / self.scale
        shifted = self.p + relative
        ratio = self.p / shifted
        # 1 - sum p^2 / (p + a) = a sum p / (p + a) when p sums to 1: nothing cancels.
        remaining = relative * xp.sum(ratio, axis=-1, keepdims=True)
        inverse = DiagonalPlusLowRank.of(1.0 / shifted, (ratio / remaining, ratio))
        return inverse.scaled(self._number(1.0 / self.scale))

    def _number(self, value: float) -> Array:
        return self.xp.asarray(value, dtype=self.dtype, device=self.device)
