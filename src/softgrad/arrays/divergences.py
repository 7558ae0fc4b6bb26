"""Bregman divergences F(z) - F(a) - F'(a) (z - a) of convex potentials, without cancellation.

The divergence is the integral of (z - u) F''(u) from a to z. Where z is near a, a quadrature rule
with positive weights sums it without a subtraction; far from it, the plain form is accurate.
"""

from __future__ import annotations

from collections.abc import Callable

from softgrad.arrays.logistic import logistic, softplus_potential
from softgrad.arrays.logs import log1mexp, log1pmx
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.precision import float32_through_float64

# Nodes and weights of Gauss's rule for the integral of s f(s) over [0, 1] (Jacobi polynomials
# P_12^(0, 1); DLMF 3.5.v): exact for polynomials up to degree 23.
_GAUSS_JACOBI = (
    (0.02156206316585036, 0.0007751822209380283),
    (0.07105789873558899, 0.004444807795668462),
    (0.1454474562350641, 0.012436009166422266),
    (0.24040111047477294, 0.02487678040926543),
    (0.350399349722745, 0.040451653706913615),
    (0.46904915068718234, 0.05661384371366763),
    (0.5894549187985423, 0.0701093399976301),
    (0.7046191157374198, 0.07769631681553103),
    (0.807848945470146, 0.076896602680041),
    (0.8931455091165234, 0.06660675062667319),
    (0.9555535368445923, 0.04742785198037747),
    (0.9914609450115726, 0.021664860886871768),
)


def near_divergence(xp: Namespace, slope: Callable[[Array], Array], z: Array, step: Array) -> Array:
    """The divergence of z from z - step: step^2 times the mean of s F''(z - s step), s in [0, 1].

    Args:
        xp: the namespace.
        slope: F''. It should vary little over a step (by a factor of 10, say).
        z: where the potential is taken.
        step: z - a, the distance from the point a where F' is the target.
    """
    total = xp.zeros_like(z)
    for node, weight in _GAUSS_JACOBI:
        total = total + weight * slope(z - node * step)
    return step * (step * total)


@float32_through_float64
def log_excess(xp: Namespace, r: Array, x: Array) -> Array:
    """r - 1 - log r >= 0 for r > 0, given x = r - 1 accurately; infinite at r = 0 and r = inf."""
    near = (x >= -0.6) & (x <= 2.0)
    close = -log1pmx(xp, xp.where(near, x, 0.0))
    far = xp.where(near | (r == xp.inf), 4.0, r)
    value = xp.where(near, close, (far - 1.0) - xp.log(far))
    return xp.where(r == xp.inf, xp.inf, value)


@float32_through_float64
def softplus_divergence(xp: Namespace, z: Array, t: Array) -> Array:
    """P(z) + P*(t) - t z for P' = softplus; infinite for t < 0.

    The target belongs to a = log(exp(t) - 1). Far from it and with both positive, the parabola
    (z - a)^2 / 2 is taken out of the potential (DLMF 25.12.4), as P(z) - z^2 / 2 is -P(-z) but
    for a constant.
    """
    inside = xp.where((t > 0.0) & (t < xp.inf), t, 1.0)
    log_share = log1mexp(xp, inside)  # a = t + log(1 - exp(-t)), and for small t it is log expm1
    a = xp.where(inside < 0.5, xp.log(xp.expm1(xp.minimum(inside, 1.0))), inside + log_share)
    there = xp.where(xp.isinf(z), 0.0, z)
    step = there - a
    near = near_divergence(xp, lambda u: logistic(xp, u), there, xp.where(abs(step) < 2.0, step, 0))

    plain = softplus_potential(xp, there) - softplus_potential(xp, a) - inside * step
    mirrored = softplus_potential(xp, -a) - softplus_potential(xp, -there) + log_share * step
    far = xp.where((there > 0.0) & (a > 0.0), 0.5 * step * step + mirrored, plain)
    value = xp.where(xp.abs(step) < 2.0, near, far)

    value = xp.where(t == 0.0, softplus_potential(xp, there), value)
    value = xp.where(xp.isinf(z) & ~((t == 0.0) & (z < 0.0)), xp.inf, value)
    value = xp.where((t == 0.0) & (z == -xp.inf), 0.0, value)
    value = xp.where((t < 0.0) | (t == xp.inf), xp.inf, value)
    return xp.where(xp.isnan(z) | xp.isnan(t), z + t, value)
