"""The inverse of the normal distribution function, in both tails.

y = -Phi^-1(r) for the smaller r of the two tail probabilities: near the centre y / d - sqrt(2 pi)
is d^2 times a rational function of d^2, with d = 1/2 - r; outside, sqrt(-2 log r) - y is one of
sqrt(-2 log r). (The division of the range follows Wichura 1988, AS 241; the coefficients are
tools/fit_special.py's.)
"""

from __future__ import annotations

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.precision import float32_through_float64, polynomial

_SQUARE_OF_CENTRE = 0.160625
# (y / d - sqrt(2 pi)) / d^2 in 0.160625 - d^2, to 2.4e-16 for d^2 up to that.
_CENTRE_OVER = (
    0.0010675515571541155,
    0.032496715328502075,
    0.37228168302878684,
    2.000165000077491,
    5.1189799019975615,
    5.6015950607301965,
    1.892705165400231,
    0.02196810076223372,
)
_CENTRE_UNDER = (
    0.00024421847027447603,
    0.008644290543553236,
    0.11975980068866138,
    0.8243051046872049,
    2.9583810719130046,
    5.317421293852477,
    4.173847573799471,
    1.0,
)
_ROOT_2_PI = 2.5066282746310002
# sqrt(-2 log r) - y, to 7.0e-17 for 2.1 <= sqrt(-2 log r) <= 5.
_NEAR_OVER = (
    3030.9299754940334,
    24050.874719804015,
    35095.251565634906,
    15101.953483039635,
    3054.2092963541413,
    264.8114375869269,
    6.057984636759373,
    0.005870426662482939,
)
_NEAR_UNDER = (
    845.4931282629759,
    10629.16180189551,
    25440.953967734622,
    19394.955583774816,
    6113.65785905733,
    965.78425532998,
    62.395385187011705,
    1.0,
)
# The same, to 1.2e-16 for 5 <= sqrt(-2 log r) <= 39.
_FAR_OVER = (
    5462904859.7080555,
    15305680843.388794,
    7813805095.543112,
    1749011145.062746,
    214333256.62252256,
    13049663.817974305,
    341342.21653976315,
    3262.401432983822,
    8.143093187399248,
    0.0007481564981321304,
)
_FAR_UNDER = (
    1748915023.0170035,
    9144201523.363174,
    9235331243.4127,
    3269431576.675812,
    596676509.9461012,
    60421386.68163,
    3025410.652013214,
    65340.03238359375,
    512.6104352471959,
    1.0,
)


def normal_quantile(xp: Namespace, p: Array, q: Array | None = None) -> Array:
    """The x with Phi(x) = p, for 0 <= p <= 1 (-inf at 0, inf at 1, NaN outside), to 2.6 ULP.

    Where p is close to 1, give its complement q = 1 - p if you have it: p alone cannot tell.
    """
    return _quantile(xp, p, 1.0 - p if q is None else q)


@float32_through_float64
def _quantile(xp: Namespace, p: Array, q: Array) -> Array:
    below = p < q
    r = xp.where(below, p, q)
    d = 0.5 - r  # exact for r > 1/4, and needed to full accuracy only there

    inner = xp.where(d <= 0.4, d, 0.0)
    square = inner * inner
    v = _SQUARE_OF_CENTRE - square
    curvature = polynomial(v, _CENTRE_OVER) / polynomial(v, _CENTRE_UNDER)
    centre = inner * (_ROOT_2_PI + square * curvature)

    w = xp.sqrt(-2.0 * xp.log(xp.where((r > 0.0) & (d > 0.4), r, 0.1)))
    near, far = xp.minimum(w, 5.0), xp.maximum(w, 5.0)
    near_gap = polynomial(near, _NEAR_OVER) / polynomial(near, _NEAR_UNDER)
    far_gap = polynomial(far, _FAR_OVER) / polynomial(far, _FAR_UNDER)
    tail = w - xp.where(w < 5.0, near_gap, far_gap)

    y = xp.where(d <= 0.4, centre, tail)
    y = xp.where(r == 0.0, xp.inf, y)
    y = xp.where(r >= 0.0, y, xp.nan)
    return xp.where(below, -y, y)
