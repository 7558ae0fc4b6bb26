"""Sparse plus, the twin of squareplus and softplus whose derivative reaches 0 and 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.domains import NON_NEGATIVE, Domain
from softgrad.contracts.elementwise import ElementWise
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class SparsePlus(ElementWise):
    """a_i = 0 for z_i <= -1, (z_i + 1)^2 / 4 up to 1, z_i from there on.

    Its derivative, 0, (z + 1) / 2 and 1, is continuous and the binary sparsemax of z; the second
    jumps at -1 and 1 and counts as 0 there. It is the gradient of (z + 1)^3 / 12 in the middle and
    z^2 / 2 + 1/6 on the right.

    Source: JAX's sparse_plus; its derivative is the binary sparsemax of Martins and Astudillo 2016.
    """

    name: ClassVar[str] = "sparse_plus"
    domain: ClassVar[Domain] = NON_NEGATIVE
    has_potential: ClassVar[bool] = True

    def value(self, xp: Namespace, z: Array) -> Array:
        """The square of max(0, z + 1) / 2, or z."""
        root = 0.5 * xp.maximum(xp.minimum(z, 1.0) + 1.0, 0.0)
        return xp.where(z > 1.0, z, root * root)

    def first(self, xp: Namespace, z: Array) -> Array:
        """max(0, z + 1) / 2, at most 1."""
        return 0.5 * xp.maximum(xp.minimum(z, 1.0) + 1.0, 0.0)

    def second(self, xp: Namespace, z: Array) -> Array:
        """1/2 for |z| < 1, else 0."""
        return xp.where(xp.isnan(z), z, 0.5 * xp.astype(xp.abs(z) < 1.0, z.dtype))

    def entry_excess(self, xp: Namespace, z: Array, t: Array) -> Array:
        """2/3 (u - s)^2 (u + 2 s) with u = (z + 1) / 2 and s = sqrt(t), both cut to [0, 1].

        To it comes what lies beyond, as parabola and products: all terms are >= 0. Infinite for
        t < 0.
        """
        inner, share = xp.clip(z, -1.0, 1.0), xp.clip(t, 0.0, 1.0)
        u, s = 0.5 * (inner + 1.0), xp.sqrt(share)
        near = (2.0 / 3.0) * (u - s) * (u - s) * (u + 2.0 * s)
        over, under = xp.maximum(z - 1.0, 0.0), xp.maximum(-1.0 - z, 0.0)
        aim = xp.maximum(t - 1.0, 0.0)
        less = 1.0 - share
        right = 0.5 * (over - aim) * (over - aim) + aim * (1.0 - inner)
        right = right + xp.where(less == 0.0, 0.0, over * less)
        left = xp.where(t == 0.0, 0.0, t * under)
        return xp.where(t < 0.0, xp.inf, near + right + left)

    def from_output(self, xp: Namespace, p: Array) -> DiagonalPlusLowRank:
        """The root of p, at most 1."""
        return DiagonalPlusLowRank(xp.minimum(xp.sqrt(p), 1.0))

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        return [0 * x if x <= -1 else (x + 1) ** 2 / 4 if x < 1 else x for x in z]
