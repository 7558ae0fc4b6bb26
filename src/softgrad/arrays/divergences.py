"""Bregman divergences F(z) - F(a) - F'(a) (z - a) of convex potentials, without cancellation.

The divergence is the integral of (z - u) F''(u) from a to z. Where z is near a, a quadrature rule
with positive weights sums it without a subtraction; far from it, the plain form is accurate.
"""

from __future__ import annotations

from collections.abc import Callable

from softgrad.arrays.exponential_integral import (
    entire_integral_of_exp,
    exponential_integral_of_exp,
)
from softgrad.arrays.logistic import logistic, softplus_potential
from softgrad.arrays.logs import log1mexp, log1pmx
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.normal import mills_excess, normal_cdf, normal_pdf
from softgrad.arrays.normal_quantile import normal_quantile
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
    is_near = xp.abs(step) < 2.0
    small_step = xp.where(is_near, step, 0.0)
    near = near_divergence(xp, lambda u: logistic(xp, u), there, small_step)

    plain = softplus_potential(xp, there) - softplus_potential(xp, a) - inside * step
    mirrored = softplus_potential(xp, -a) - softplus_potential(xp, -there) + log_share * step
    far = xp.where((there > 0.0) & (a > 0.0), 0.5 * step * step + mirrored, plain)
    value = xp.where(is_near, near, far)

    value = xp.where(t == 0.0, softplus_potential(xp, there), value)
    certain = (t == 0.0) & (z < 0.0)
    value = xp.where(xp.isinf(z), xp.where(certain, xp.zeros_like(z), xp.inf), value)
    value = xp.where((t < 0.0) | (t == xp.inf), xp.inf, value)
    return xp.where(xp.isnan(z) | xp.isnan(t), xp.nan, value)


@float32_through_float64
def normal_divergence(xp: Namespace, z: Array, t: Array) -> Array:
    """K(z) + K*(t) - t z for K' = Phi, K = z Phi + phi; infinite for t outside [0, 1].

    The target belongs to a = Phi^-1(t). As K(z) - z = K(-z), the divergence of (z, t) is that of
    (-z, 1 - t): far from the target, the side with a + z <= 0 is taken, where K is small.
    """
    inside = xp.where((t > 0.0) & (t < 1.0), t, 0.5)
    a = normal_quantile(xp, inside, 1.0 - inside)
    there = xp.where(xp.isinf(z), 0.0, z)
    step = there - a
    scale = 1.0 + xp.maximum(xp.abs(there), xp.abs(a))
    is_near = xp.abs(step) * scale < 3.0
    small_step = xp.where(is_near, step, 0.0)
    near = near_divergence(xp, lambda u: normal_pdf(xp, u), there, small_step)

    sign = xp.where(a + there > 0.0, -1.0, xp.ones_like(z))
    aim = xp.where(a + there > 0.0, 1.0 - inside, inside)
    far = _normal_potential(xp, sign * there) - (
        _normal_potential(xp, sign * a) + aim * (sign * step)
    )
    value = xp.where(is_near, near, far)
    return _with_ends(xp, z, t, value, _normal_potential(xp, there), _normal_potential(xp, -there))


def _normal_potential(xp: Namespace, z: Array) -> Array:
    """z Phi(z) + phi(z) = Phi(-|z|) g(|z|) + max(0, z), with g the excess of the Mills ratio."""
    size = xp.abs(z)
    return xp.maximum(z, 0.0) + normal_cdf(xp, -size) * mills_excess(xp, size)


@float32_through_float64
def log_log_divergence(xp: Namespace, z: Array, t: Array) -> Array:
    """F(z) + F*(t) - t z for F' = 1 - exp(-e^z), F = Ein(e^z); infinite for t outside [0, 1].

    The target belongs to a = log(-log(1 - t)). Far from it, and for t > 1/2, it is written with
    1 - t and E1(e^z) = Ein(e^z) - z - gamma.
    """
    inside = xp.where((t > 0.0) & (t < 1.0), t, 0.5)
    a = xp.log(-xp.log1p(-inside))
    there = xp.where(xp.isinf(z), 0.0, z)
    step = there - a
    scale = 1.0 + xp.exp(xp.minimum(xp.maximum(there, a), 50.0))
    is_near = xp.abs(step) * scale < 3.0
    small_step = xp.where(is_near, step, 0.0)
    near = near_divergence(xp, lambda u: xp.exp(u - xp.exp(u)), there, small_step)

    above, below = exponential_integral_of_exp, entire_integral_of_exp
    right = ((1.0 - inside) * step + above(xp, there)) - above(xp, a)
    left = (below(xp, there) - below(xp, a)) - inside * step
    value = xp.where(is_near, near, xp.where(inside > 0.5, right, left))
    return _with_ends(xp, z, t, value, below(xp, there), above(xp, there))


def _with_ends(
    xp: Namespace, z: Array, t: Array, value: Array, at_zero: Array, at_one: Array
) -> Array:
    """A divergence of coins, completed for t = 0 and 1 and for infinite z."""
    value = xp.where(t == 0.0, at_zero, xp.where(t == 1.0, at_one, value))
    certain = ((t == 0.0) & (z < 0.0)) | ((t == 1.0) & (z > 0.0))
    value = xp.where(xp.isinf(z), xp.where(certain, xp.zeros_like(z), xp.inf), value)
    value = xp.where((t < 0.0) | (t > 1.0), xp.inf, value)
    return xp.where(xp.isnan(z) | xp.isnan(t), xp.nan, value)
