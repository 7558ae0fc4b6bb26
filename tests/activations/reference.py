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
