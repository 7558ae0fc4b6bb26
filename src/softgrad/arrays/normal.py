"""The normal distribution: density, both tails, logarithm and inverse Mills ratio.

Everything rests on one fitted function, the excess g(a) = phi(a) / Phi(-a) - a of the inverse
Mills ratio over its asymptote, for a >= 0: the tail is Phi(-a) = phi(a) / (a + g(a)), where an
error of g counts the less the further out it is. All its coefficients are positive, so it is
evaluated without cancellation (tools/fit_special.py). Each docstring has the largest error in
float64 that was measured against mpmath at 50 digits.
"""

from __future__ import annotations

from softgrad.arrays.exact import two_product, two_sum
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.precision import float32_through_float64, polynomial, rounded_constant

# Relative error 4.4e-17 on [0, 2000].
_EXCESS_OVER = (
    32195829.02102961,
    49004416.5733895,
    37682868.876795016,
    18974418.35478237,
    6881100.780669012,
    1876130.694664456,
    391284.4692939721,
    62387.900753065995,
    7464.937145385555,
    641.0188385144452,
    35.82006595457483,
    1.0,
)
_EXCESS_UNDER = (
    40351487.674649075,
    79795189.0256473,
    78056750.38278586,
    49396043.652926005,
    22378861.9288739,
    7620384.511757637,
    1997102.3838356466,
    405999.42317652365,
    63663.93843024334,
    7536.57727729364,
    643.0188385144492,
    35.82006595457482,
    1.0,
)
# (Phi(x) - 1/2) / x in x^2 <= 1/2, to 7.3e-17.
_HALF_ERF = (
    0.3989422804014327,
    -0.06649038006690496,
    0.009973557010009501,
    -0.0011873282149393709,
    0.00011543468203839274,
    -9.444623920664533e-06,
    6.658589845581663e-07,
    -4.100625267192469e-08,
    2.033742058621596e-09,
)
_ROOT_2_PI = 2.5066282746310002
_LOG_ROOT_2_PI = 0.9189385332046728
_LOG_ROOT_2_PI_LOW = -3.8782941580672414e-17
_CENTRE = 0.7


@float32_through_float64
def gaussian(xp: Namespace, x: Array) -> Array:
    """exp(-x^2 / 2), with the rounding error of the square put back: 1.1 ULP."""
    size = xp.minimum(xp.abs(x), 40.0)  # exp(-800) is 0 in float64
    square, error = two_product(xp, size, size)
    value = xp.exp(-0.5 * square)
    return value - value * (0.5 * error)


@float32_through_float64
def normal_pdf(xp: Namespace, x: Array) -> Array:
    """phi(x) = exp(-(x^2 / 2 + log sqrt(2 pi))), the exponent's rounding put back: 1.1 ULP."""
    size = xp.minimum(xp.abs(x), 40.0)
    square, error = two_product(xp, size, size)
    exponent, lost = two_sum(0.5 * square, xp.full_like(square, _LOG_ROOT_2_PI))
    value = xp.exp(-exponent)
    constant_low = _LOG_ROOT_2_PI - rounded_constant(xp, x, _LOG_ROOT_2_PI) + _LOG_ROOT_2_PI_LOW
    return value - value * (0.5 * error + (lost + constant_low))


@float32_through_float64
def normal_cdf(xp: Namespace, x: Array) -> Array:
    """Phi(x), to 3.0 ULP, also in the lower tail; the upper tail is Phi(-x)."""
    tail = _lower_tail(xp, xp.abs(x))
    centre = 0.5 + _from_half(xp, x)
    outside = xp.where(x > 0.0, 1.0 - tail, tail)
    return xp.where(xp.abs(x) <= _CENTRE, centre, outside)


@float32_through_float64
def log_normal_cdf(xp: Namespace, x: Array) -> Array:
    """log Phi(x): -Phi(-x) far right, -x^2 / 2 - log(-x sqrt(2 pi)) far left; 3.7 ULP."""
    size = xp.abs(x)
    # Up to 0.55 log Phi itself serves; beyond, log1p has an argument above -0.292 (see log1mexp).
    right = xp.log1p(-normal_cdf(xp, -xp.maximum(x, 0.55)))
    middle = xp.log(0.5 + _from_half(xp, x))

    # x^2 / 2 would overflow beyond, and so does log Phi.
    reach = 1.4 * float(xp.finfo(x.dtype).max) ** 0.5
    inside = xp.minimum(size, reach)
    left = -(0.5 * inside * inside + xp.log(_ROOT_2_PI * (inside + mills_excess(xp, inside))))
    left = xp.where(size > reach, -xp.inf, left)
    return xp.where(x > 0.55, right, xp.where(x < -_CENTRE, left, middle))


@float32_through_float64
def inverse_mills(xp: Namespace, x: Array) -> Array:
    """phi(x) / Phi(x), the derivative of log Phi: about -x far left; 2.7 ULP."""
    size = xp.abs(x)
    right = normal_pdf(xp, size) / normal_cdf(xp, size)
    return xp.where(x > 0.0, right, size + mills_excess(xp, size))


@float32_through_float64
def mills_excess(xp: Namespace, a: Array) -> Array:
    """g(a) = phi(a) / Phi(-a) - a for a >= 0: sqrt(2 / pi) at 0, about 1 / a far out.

    To 7.1 ULP, which matters little in the sum a + g.
    """
    near = xp.minimum(a, 1e3)
    rational = polynomial(near, _EXCESS_OVER) / polynomial(near, _EXCESS_UNDER)
    far = xp.maximum(a, 1e3)
    return xp.where(a > 1e3, 1.0 / (far + 2.0 / (far + 3.0 / far)), rational)


def _lower_tail(xp: Namespace, a: Array) -> Array:
    """Phi(-a) for a >= 0; it is 0 in float64 from 39 on."""
    near = xp.minimum(a, 40.0)
    return normal_pdf(xp, near) / (near + mills_excess(xp, near))


def _from_half(xp: Namespace, x: Array) -> Array:
    """Phi(x) - 1/2 for |x| <= 0.7 (and something finite elsewhere)."""
    inside = xp.where(xp.abs(x) > _CENTRE, 0.0, x)
    return inside * polynomial(inside * inside, _HALF_ERF)
