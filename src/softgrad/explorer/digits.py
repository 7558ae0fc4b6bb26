"""Where the textbook's softmax overflows or loses its digits, against 50 digits of mpmath."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from math import isfinite
from typing import Any

import mpmath
import numpy as np

from softgrad.errors import ParameterError
from softgrad.explorer.python_code import program
from softgrad.explorer.state import read_numbers
from softgrad.layer import OutputLayer

PRECISIONS = ("float16", "float32", "float64")
_WORKING_DIGITS = 50
# Up to this margin of the true class its loss is drawn: exp overflows float32 at 89.
_LONGEST = 100

Results = tuple[np.ndarray, Any, np.ndarray]


def digits(query: Mapping[str, str]) -> dict[str, Any]:
    """p, loss and gradient of softmax x cross-entropy by a formula, by softgrad, and exactly.

    `precision` is a dtype, `formula` is "naive" or "shifted", `times` multiplies the logits.

    Raises:
        SoftgradError: a choice is none of these.
    """
    precision = _chosen(query, "precision", "float32", PRECISIONS)
    formula = _chosen(query, "formula", "naive", tuple(FORMULAS))
    times = float(read_numbers(query.get("times", "1"), "times")[0])
    with np.errstate(over="ignore"):  # which is what float16 does, and the page shows
        z = (times * read_numbers(query.get("z", "1,2,3"), "z")).astype(precision)
    target = read_numbers(query.get("target", "0"), "target")
    label = int(target[0]) if len(target) == 1 else int(np.argmax(target))
    if not 0 <= label < len(z):
        raise ParameterError(f"target is {label}; there are {len(z)} classes")
    with np.errstate(all="ignore"):
        exponentials = np.exp(z - (np.max(z) if formula == "shifted" else 0))
        written, own = FORMULAS[formula](z, label), _of_softgrad(z, label)
    return {
        "z": z,
        "exponentials": exponentials,
        "total": np.sum(exponentials),
        "largest": np.finfo(precision).max,
        "possible": round(_possible(precision), 1),
        "rows": _rows(z, label, written, own, precision),
        "curve": _curve(precision),
        "code": _code(z, label, precision, formula),
    }


def naive(z: np.ndarray, label: int) -> Results:
    """As the formula stands: exp(z) / sum exp(z), -log p, p - y."""
    e = np.exp(z)
    return _from_exponentials(e, label)


def shifted(z: np.ndarray, label: int) -> Results:
    """With the largest logit taken off first, so that no exponential overflows."""
    e = np.exp(z - np.max(z))
    return _from_exponentials(e, label)


FORMULAS: dict[str, Callable[[np.ndarray, int], Results]] = {"naive": naive, "shifted": shifted}


def _from_exponentials(e: np.ndarray, label: int) -> Results:
    p = e / np.sum(e)
    gradient = p.copy()
    gradient[label] -= 1
    return p, -np.log(p[label]), gradient


def _of_softgrad(z: np.ndarray, label: int) -> Results:
    layer = OutputLayer("softmax", "cross_entropy")
    value, gradient = layer.value_and_gradient(z, np.asarray(label))
    return np.asarray(layer.predict(z)), value, np.asarray(gradient)


def _exact(z: np.ndarray, label: int) -> tuple[list[Any], Any, list[Any]]:
    with mpmath.workdps(_WORKING_DIGITS):
        e = [mpmath.exp(mpmath.mpf(float(x))) for x in z]
        total = mpmath.fsum(e)
        others = mpmath.fsum(x for k, x in enumerate(e) if k != label)
        p = [x / total for x in e]
        gradient = [x - (k == label) for k, x in enumerate(p)]
        gradient[label] = -others / total
        return p, mpmath.log1p(others / e[label]), gradient


def _rows(
    z: np.ndarray, label: int, written: Results, own: Results, precision: str
) -> list[dict[str, Any]]:
    names = [f"p_{k}" for k in range(len(z))], ["loss"], [f"gradient {k}" for k in range(len(z))]
    columns = [
        [name for part in names for name in part],
        *([*p, loss, *gradient] for p, loss, gradient in (written, own, _exact(z, label))),
    ]
    return [
        {
            "name": name,
            "written": float(by_formula),
            "own": float(by_softgrad),
            "exact": mpmath.nstr(exact, 17),
            "written_digits": right_digits(by_formula, exact, precision),
            "own_digits": right_digits(by_softgrad, exact, precision),
        }
        for name, by_formula, by_softgrad, exact in zip(*columns, strict=True)
    ]


def right_digits(value: Any, exact: Any, precision: str) -> float:
    """How many decimal digits of it are right, at most those that the precision has.

    What is too small for the precision is right where it is rounded to the nearest it has.
    """
    number = float(value)
    most = _possible(precision)
    if not isfinite(number):
        return 0.0
    with mpmath.workdps(_WORKING_DIGITS):
        error = abs(mpmath.mpf(number) - exact)
        if error <= mpmath.mpf(float(np.finfo(precision).smallest_subnormal)) / 2:
            return round(most, 1)
        found = -float(mpmath.log10(error / abs(exact))) if exact else 0.0
    return round(min(found, most), 1) if found > 0 else 0.0


def _possible(precision: str) -> float:
    """Digits of a number that is rounded once: half a unit in the last place is off."""
    return float(-np.log10(np.finfo(precision).eps / 2))


@lru_cache(maxsize=4)
def _curve(precision: str) -> dict[str, Any]:
    """Right digits of the loss where the true class of three leads by a margin."""
    ways = {**FORMULAS, "softgrad": _of_softgrad}
    found: dict[str, list[float]] = {name: [] for name in ways}
    margins = list(range(0, _LONGEST + 1, 2))
    with np.errstate(all="ignore"):
        for margin in margins:
            z = np.array([margin, 0, 0], dtype=precision)
            _, exact, _ = _exact(z, 0)
            for name, way in ways.items():
                found[name].append(right_digits(way(z, 0)[1], exact, precision))
    return {"margins": margins, **found}


def _chosen(query: Mapping[str, str], name: str, usual: str, known: tuple[str, ...]) -> str:
    value = query.get(name, usual)
    if value not in known:
        raise ParameterError(f"{name} is {value[:40]!r}; expected {' or '.join(known)}")
    return value


def _code(z: np.ndarray, label: int, precision: str, formula: str) -> str:
    shift = " - np.max(z)" if formula == "shifted" else ""
    return program(
        (
            f"z = np.array({z.tolist()}, dtype=np.{precision})",
            f"e = np.exp(z{shift})",
            "p = e / np.sum(e)",
            f"loss = -np.log(p[{label}])",
            'layer = sg.OutputLayer("softmax", "cross_entropy")',
            f"value, gradient = layer.value_and_gradient(z, np.array({label}))",
        )
    )
