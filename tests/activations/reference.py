"""Element-wise functions and their derivatives in mpmath, from the naive definitions alone."""

from collections.abc import Callable
from functools import cache
from typing import Any

import mpmath as mp
import numpy as np

from softgrad.catalogue import ACTIVATIONS
from softgrad.contracts import Activation, Coin, ElementWise

ELEMENTWISE: list[Activation] = [
    example for kind in ACTIVATIONS.values() if not kind.rowwise for example in kind.examples()
]

# Every 0.27 over the centre (off the kinks), then both tails; all are float32 numbers.
_CENTRE = np.linspace(-7.03, 7.01, 53)
_FAR = [1e-30, 1e-12, 1e-5, 3e-3, 8.3, 9.25, 12.0, 13.7, 16.5, 20.0, 26.0, 37.0, 44.0, 60.0]
_FARTHER = [87.0, 103.0, 200.0, 500.0, 1e4, 1e10, 1e37]
# Where float64 underflows, overflows in a square, or has only a few bits left.
_WIDE = [1e-60, 6.4, 6.59, 38.3, 372.0, 708.5, 744.0, 745.1, 750.0, 1e100, 1e155, 1e300]
# exp(exp(z)) and erfc(z) take mpmath for ever beyond; the limits are tested apart.
_REACH = {"gelu": 60.0, "probit": 60.0, "complementary_log_log": 60.0}


def grid(activation: Activation, dtype: Any) -> np.ndarray:
    """Points of the whole range, as float64 numbers that `dtype` holds exactly."""
    half = np.array(_FAR + _FARTHER)
    points = np.concatenate([_CENTRE, half, -half]).astype(np.float32).astype(np.float64)
    if dtype == np.float64:
        points = np.concatenate([points, _WIDE, -np.array(_WIDE)])
    points = np.sort(points)
    return points[np.abs(points) <= _REACH.get(activation.name, np.inf)]


def representations(activation: Activation) -> dict[str, Callable[[Any], Any]]:
    """What is made of the output f: f itself, and the other forms that it has."""
    made: dict[str, Callable[[Any], Any]] = {"output": lambda f: f}
    if isinstance(activation, Coin):
        made |= {
            "log": mp.log,
            "complement": lambda f: 1 - f,
            "log_complement": lambda f: mp.log(1 - f),
        }
    elif isinstance(activation, ElementWise) and activation.positive:
        made |= {"log": mp.log}
    return made


@cache
def jet(activation: Activation, representation: str, z: float) -> tuple[Any, Any, Any] | None:
    """The function and its first two derivatives at z; None where it is -inf."""
    make = representations(activation)[representation]
    magnitude = int(abs(mp.log10(abs(z))))
    # 60 digits of a central difference, of numbers as small as exp(-2 |z|) or 1e-480 beside 1.
    step_exponent = 60 + (magnitude if abs(z) < 1 else 0)
    digits = 520 + 2 * step_exponent + 2 * magnitude + 2 * int(min(abs(z), 750.0))
    with mp.workdps(digits):
        x, h = mp.mpf(z), mp.mpf(10) ** -step_exponent
        values = activation.exact([x - h, x, x + h])
        if representation != "output" and any(f == 0 for f in values):
            return None
        if representation == "log_complement" and any(f == 1 for f in values):
            return None
        low, middle, high = (make(f) for f in values)
        return middle, (high - low) / (2 * h), (high - 2 * middle + low) / h**2


# ULP of value, first and second derivative. A second derivative is a product of six factors, and
# that of a logarithm of eight.
GOALS = {
    "output": (4.0, 4.0, 5.0),
    "complement": (4.0, 4.0, 5.0),
    # The last is 6.2 for softplus where NumPy's exponential has no AVX-512.
    "log": (4.0, 4.0, 7.0),
    "log_complement": (4.0, 4.0, 7.0),
}


def hold_to_goals(
    activation: Activation,
    representation: str,
    dtype: Any,
    derivatives: Callable[[Any], Any],
    least: float = 0.0,
) -> None:
    """Fail where `derivatives(z)`, a value and one or two derivatives, is further from mpmath.

    Points at which the function is -inf, or it or its slope smaller than `least`, are left out.
    """
    points = grid(activation, dtype)
    jets = [jet(activation, representation, float(z)) for z in points]
    finite = [i for i, j in enumerate(jets) if j and min(abs(j[0]), abs(j[1])) >= least]
    points, exact = points[finite], [jets[i] for i in finite]
    with np.errstate(all="ignore"):
        computed = derivatives(points.astype(dtype))
    for order, got in enumerate(computed):
        assert got.dtype == dtype
        want = [j[order] for j in exact]
        allowed = GOALS[representation][order] * condition_near_zero_crossings(points, want)
        errors = np.array([ulps(g, w, dtype) for g, w in zip(got, want, strict=True)])
        worst = int(np.argmax(errors / allowed))
        assert errors[worst] <= allowed[worst], (order, points[worst], errors[worst])


def condition_near_zero_crossings(points: np.ndarray, values: list[Any]) -> np.ndarray:
    """|z f' / f| within four points of a change of sign, 1 elsewhere."""
    signs = np.array([int(mp.sign(v)) for v in values])
    near = np.zeros(len(points), dtype=bool)
    for distance in range(1, 5):
        crossed = signs[distance:] * signs[:-distance] < 0
        near[distance:] |= crossed
        near[:-distance] |= crossed
    condition = np.ones(len(points))
    for i in np.flatnonzero(near & (signs != 0)):
        j = i + 1 if i + 1 < len(points) else i - 1
        slope = (values[j] - values[i]) / mp.mpf(points[j] - points[i])
        condition[i] = max(1.0, float(abs(points[i] * slope / values[i])))
    return condition


def ulps(got: float, want: Any, dtype: Any) -> float:
    """|got - want| in units of the last place of `want`; subnormal numbers have a fixed one."""
    limits = np.finfo(dtype)
    with mp.workdps(60):
        want = mp.mpf(want)
        if abs(want) > float(limits.max):
            return 0.0 if got == float("inf") * mp.sign(want) else float("inf")
        exponent = int(limits.minexp)
        if want:
            exponent = max(exponent, int(mp.floor(mp.log(abs(want), 2))))
        return float(abs(mp.mpf(float(got)) - want) / mp.mpf(2) ** (exponent - int(limits.nmant)))
