"""What is true of a sparse map at one row, in mpmath, and how much its roundings are felt.

p is known to one rounding of the sum of a row, or of what all others have where one entry is nearly
all: with s = p^(2 - alpha) and w = s / sum s, that moves p_i by w_i q, q <= 1. In units of p_i that
is w_i q / p_i, and the largest of a row is its condition K. In closed form, at alpha = 1.5 and 2,
numbers of twice the digits leave p its own: K is 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from mpmath import fsum, mpf, workdps

from softgrad import Entmax

CLOSED = (1.5, 2.0)


def floats(x: Any) -> np.ndarray:
    return np.array([float(a) for a in x])


@dataclass(frozen=True)
class SparseTruth:
    """alpha-entmax at the logits z, by Entmax.exact and the derivatives of its equation."""

    alpha: float
    z: tuple[float, ...]
    digits: int = 60

    @cached_property
    def p(self) -> list[Any]:
        with workdps(self.digits):
            z = [mpf(x) for x in self.z]
            p = Entmax(alpha=self.alpha).exact(z)
            # It is the solution: one cut, over which every entry of the support stands and under
            # which all others lie.
            rate = mpf(self.alpha) - 1
            cuts = [x - a**rate / rate for x, a in zip(z, p, strict=True) if a > 0]
            close = mpf(10) ** (10 - self.digits) * (1 + 1 / rate)
            assert abs(fsum(p) - 1) < close
            assert max(cuts) - min(cuts) < close
            assert all(x <= max(cuts) + close for x, a in zip(z, p, strict=True) if a == 0)
            return p

    @cached_property
    def s(self) -> list[Any]:
        with workdps(self.digits):
            return [a ** (2 - mpf(self.alpha)) if a > 0 else mpf(0) for a in self.p]

    @cached_property
    def w(self) -> list[Any]:
        with workdps(self.digits):
            total = fsum(self.s)
            return [a / total for a in self.s]

    @cached_property
    def others(self) -> float:
        """q: 1 - p of the largest, 1 where it is no majority."""
        with workdps(self.digits):
            rest = 1 - max(self.p)
            return float(rest) if rest < 0.5 else 1.0

    @cached_property
    def uncertainty(self) -> np.ndarray:
        """By how much p may be off, in units of one rounding."""
        p = floats(self.p)
        # What two numbers hold of the sum, and no more.
        return p + (2.0**-50 if self.alpha in CLOSED else floats(self.w)) * self.others

    @cached_property
    def condition(self) -> float:
        """1 + K: how much larger than a rounding the relative error of a p may be."""
        p = floats(self.p)
        on = p > 0
        return float(np.max(self.uncertainty[on] / p[on]))

    def jacobian(self, v: Any) -> list[Any]:
        """J v."""
        with workdps(self.digits):
            return [a * x for a, x in zip(self.s, self.centred(v), strict=True)]

    def centred(self, v: Any) -> list[Any]:
        """P v, off the support as well."""
        with workdps(self.digits):
            mean = fsum(a * mpf(float(x)) for a, x in zip(self.w, v, strict=True))
            return [mpf(float(x)) - mean for x in v]

    def curvature(self, g: Any, v: Any) -> list[Any]:
        """sum g_k Hess p_k v = P^T diag((2 - alpha) p^(3 - 2 alpha) P g) P v."""
        with workdps(self.digits):
            a = mpf(self.alpha)
            bent = [
                (2 - a) * p ** (3 - 2 * a) * x * y if p > 0 else mpf(0)
                for p, x, y in zip(self.p, self.centred(g), self.centred(v), strict=True)
            ]
            total = fsum(bent)
            return [x - w * total for x, w in zip(bent, self.w, strict=True)]

    def jacobian_diagonal(self) -> list[Any]:
        with workdps(self.digits):
            return [a * (1 - b) for a, b in zip(self.s, self.w, strict=True)]

    def fenchel_young(self, t: Any) -> Any:
        """Potential and conjugate by their definitions, with Tsallis' entropy."""
        with workdps(self.digits):
            a = mpf(self.alpha)
            pairs = [(mpf(x), b, mpf(float(c))) for x, b, c in zip(self.z, self.p, t, strict=True)]
            gain = fsum(x * (b - c) for x, b, c in pairs)
            entropies = fsum((c**a if c else 0) - (b**a if b else 0) for _, b, c in pairs)
            return gain + entropies / (a * (a - 1))

    # -- the size of the terms, as floats -------------------------------------------------

    def jacobian_size(self, v: Any) -> np.ndarray:
        """|J| |v|."""
        return floats(self.s) * self.centred_size(v)

    def centred_size(self, v: Any) -> np.ndarray:
        """|P| |v| on the support, where 1 - w is the sum of the others."""
        w, size = floats(self.w), np.abs(np.asarray(v, dtype=np.float64))
        with workdps(self.digits):
            without = floats([1 - a for a in self.w])
        return without * size + (np.sum(w * size) - w * size)

    def curvature_size(self, g: Any, v: Any) -> np.ndarray:
        """|J| of the terms that it carries."""
        p, s = floats(self.p), floats(self.s)
        slopes = abs(2.0 - self.alpha) * np.divide(s, p, out=np.zeros_like(p), where=p > 0)
        return self.jacobian_size(slopes * self.centred_size(g) * self.centred_size(v))
