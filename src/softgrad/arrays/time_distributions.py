"""Standard normal, logistic and extreme-value variables: a value seen, or only where it lies.

Each function gives -log of a density at s, or of the probability of an interval (a, b), with its
first and second derivative by a common shift of the bounds. Nothing small is a difference: the
probability of two near bounds, or of an interval far out in a tail, keeps its digits.
"""

from __future__ import annotations

from typing import NamedTuple

from softgrad.arrays.logistic import logistic, sech_squared, softplus, tanh
from softgrad.arrays.logs import log1mexp
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.normal import inverse_mills, log_normal_cdf, mills_excess
from softgrad.arrays.odds import odds_and_bend

_LOG_ROOT_2_PI = 0.9189385332046728
# Gauss-Legendre on [0, 1] with twelve nodes: half of them, for they lie symmetrically.
_NODES = (
    (0.00921968287664038, 0.02358766819325591),
    (0.04794137181476257, 0.05346966299765922),
    (0.11504866290284765, 0.08003916427167311),
    (0.20634102285669128, 0.10158371336153296),
    (0.3160842505009099, 0.11674626826917740),
    (0.43738329574426554, 0.12457352290670139),
)
# Up to here twelve nodes are exact; beyond, the farther tail is less than half of the nearer one.
_NARROW = 2.0


class Curve(NamedTuple):
    """A function with its first and second derivative."""

    value: Array
    slope: Array
    bend: Array


class Interval(NamedTuple):
    """Bounds a < b, and b - a where it is known better than by that difference."""

    a: Array
    b: Array
    width: Array


def normal_density(xp: Namespace, s: Array) -> Curve:
    """s^2 / 2 + log sqrt(2 pi)."""
    return Curve(0.5 * s * s + _LOG_ROOT_2_PI, s, xp.ones_like(s))


def logistic_density(xp: Namespace, s: Array) -> Curve:
    """log(1 + e^s) + log(1 + e^-s)."""
    half = 0.5 * s
    return Curve(softplus(xp, s) + softplus(xp, -s), tanh(xp, half), 0.5 * sech_squared(xp, half))


def extreme_density(xp: Namespace, s: Array) -> Curve:
    """e^s - s, of the least extreme value, whose probability up to s is 1 - exp(-e^s)."""
    growth = xp.exp(s)
    return Curve(xp.where(growth == xp.inf, growth, growth - s), xp.expm1(s), growth)


def logistic_interval(xp: Namespace, at: Interval) -> Curve:
    """F(b) - F(a) = F(b) (1 - F(a)) (1 - e^-(b - a))."""
    a, b, width = at
    value = softplus(xp, -b) + softplus(xp, a) - log1mexp(xp, width)
    both = a + b
    above = logistic(xp, a) * logistic(xp, b) * -xp.expm1(-xp.maximum(both, 0.0))
    below = logistic(xp, -a) * logistic(xp, -b) * xp.expm1(xp.minimum(both, 0.0))
    bend = 0.25 * (sech_squared(xp, 0.5 * a) + sech_squared(xp, 0.5 * b))
    return Curve(value, xp.where(both > 0.0, above, below), bend)


def extreme_interval(xp: Namespace, at: Interval) -> Curve:
    """exp(-e^a) (1 - exp(-d)) with d = e^b - e^a."""
    a, b, width = at
    near = width < 1.0
    narrow = xp.where(near, width, 0.5)
    wide = xp.where(near, 1.0, width)
    start = xp.exp(a)
    d = xp.where(near, start * xp.expm1(narrow), xp.exp(b) * -xp.expm1(-wide))
    log_d = xp.where(near, a + xp.log(xp.expm1(narrow)), b + xp.log(-xp.expm1(-wide)))
    small = xp.where(d < 1.0, d, 0.5)
    ratio = xp.where(small > 0.0, -xp.expm1(-small) / xp.where(small > 0.0, small, 1.0), 1.0)
    log_share = xp.where(d < 1.0, log_d + xp.log(ratio), log1mexp(xp, xp.maximum(d, 1.0)))
    odds, bend = odds_and_bend(xp, d)
    return Curve(start - log_share, start - odds, start + bend)


def normal_interval(xp: Namespace, at: Interval) -> Curve:
    """Phi(b) - Phi(a), by quadrature where it is narrow, else by the tail beyond its nearer end.

    With m the mean of what lies inside, the slope is m and the bend
    (phi(a) (m - a) + phi(b) (b - m)) / (Phi(b) - Phi(a)): no term is below 0.
    """
    turned = at.a + at.b < 0.0
    low = xp.where(turned, -at.b, at.a)
    high = xp.where(turned, -at.a, at.b)
    fall = at.width * (0.5 * (low + high))  # log of phi(low) / phi(high)
    near = (at.width < _NARROW) & (fall < _NARROW)

    width, start = xp.where(near, at.width, 1.0), xp.where(near, low, 0.0)
    mass, moment = _narrow(xp, start, width)
    # The hazard of the tail beyond each end, and what of it lies within.
    hazard = inverse_mills(xp, -low)
    decay = xp.exp(-fall)
    ratio = xp.where(decay == 0.0, 0.0, decay * hazard / inverse_mills(xp, -high))
    ratio = xp.where(near, 0.5, ratio)
    beyond = xp.where(ratio == 0.0, 0.0, ratio * (at.width + _excess(xp, high)))

    # phi(low) over the probability, and the mean's distance from low.
    density = xp.where(near, 1.0 / (width * mass), hazard / (1.0 - ratio))
    inside = (_excess(xp, low) - beyond) / (1.0 - ratio)
    inside = xp.where(near, width * (moment / mass), inside)
    narrow_value = (0.5 * start * start + _LOG_ROOT_2_PI) - xp.log(width) - xp.log(mass)
    tail_value = -log_normal_cdf(xp, -low) - xp.log1p(-ratio)
    slope = density * -xp.expm1(-fall)
    rest = xp.where(decay == 0.0, 0.0, decay * density * (at.width - inside))
    bend = xp.where(low == xp.inf, 1.0, density * inside + rest)
    return Curve(xp.where(near, narrow_value, tail_value), xp.where(turned, -slope, slope), bend)


def _excess(xp: Namespace, x: Array) -> Array:
    """phi(x) / Phi(-x) - x: how far the mean of the tail beyond x lies from x."""
    return xp.where(x > 0.0, mills_excess(xp, xp.maximum(x, 0.0)), inverse_mills(xp, -x) - x)


def _narrow(xp: Namespace, low: Array, width: Array) -> tuple[Array, Array]:
    """The integrals over u in [0, 1] of e and u e, e = phi(low + width u) / phi(low)."""
    mass = moment = xp.zeros_like(low)
    for node, weight in _NODES:
        for u in (node, 1.0 - node):
            step = width * u
            share = weight * xp.exp(-step * (low + 0.5 * step))
            mass, moment = mass + share, moment + u * share
    return mass, moment
