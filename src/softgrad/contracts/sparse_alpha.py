"""How the sparse probabilities of entmax change with alpha."""

from __future__ import annotations

from math import factorial

from softgrad.arrays.namespaces import Array, Namespace

_TERMS = 16  # of a Taylor series within 1: the next is below 2^-53


def sparse_by_alpha(xp: Namespace, p: Array, alpha: float) -> Array:
    """dp/da of alpha-entmax by its output p, shape (..., n), for alpha >= 1.

    With e = alpha - 1, l = log p on the support, f(x) = (exp(-x) - 1 + x) / x^2, b = f(e l) l^2,
    and means over p written <>:

        dp/da = p ((<b> - b) - e (l <b> + b <-l>)) / <exp(-e l)>

    which is proposition 1 of Correia, Niculae and Martins, "Adaptively sparse transformers" (2019),
    after the terms that cancel at alpha = 1 have been taken out.
    """
    e = alpha - 1.0
    on = p > 0.0
    logs = xp.where(on, xp.log(xp.where(on, p, xp.ones_like(p))), xp.zeros_like(p))
    bend = _remainder(xp, e * logs) * logs * logs

    def mean(x: Array) -> Array:
        return xp.sum(p * x, axis=-1, keepdims=True)

    average = mean(bend)
    slope = (average - bend) - e * (logs * average + bend * mean(-logs))
    return p * slope / mean(xp.exp(-e * logs))


def _remainder(xp: Namespace, x: Array) -> Array:
    """(exp(-x) - 1 + x) / x^2, for x <= 0."""
    near = xp.where(x > -1.0, x, xp.zeros_like(x))
    series = xp.zeros_like(x)
    for k in reversed(range(_TERMS)):
        series = 1.0 / factorial(k + 2) - near * series
    far = xp.where(x > -1.0, -xp.ones_like(x), x)
    return xp.where(x > -1.0, series, (xp.expm1(-far) + far) / (far * far))
