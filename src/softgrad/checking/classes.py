"""Classes that hold a function beside its derivative, under the names that people give them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from softgrad.checking.checker import check
from softgrad.checking.claim import Argument
from softgrad.checking.forms import needed_arguments
from softgrad.checking.report import Report
from softgrad.errors import ParameterError

#: A function and its derivative, in the order in which they are looked for.
SPELLINGS: tuple[tuple[str, str], ...] = (
    ("forward", "backward"),
    ("compute", "delta"),
    ("activate", "derivative"),
    ("f", "df"),
    ("f", "f_prime"),
    ("function", "gradient"),
    ("value", "gradient"),
    ("loss", "gradient"),
    ("loss", "grad"),
    ("fn", "dfn"),
    ("call", "gradient"),
    ("activation", "activation_prime"),
    ("activation", "derivative"),
    ("forward", "derivative"),
    ("forward", "gradient"),
    ("forward", "grad"),
    ("__call__", "derivative"),
    ("__call__", "gradient"),
    ("__call__", "grad"),
    ("__call__", "prime"),
    ("__call__", "backward"),
    ("__call__", "delta"),
)
_ROWS, _ENTRIES = 3, 5


def check_class(
    instance: Any, x: Any = None, form: str = "auto", *, argument: Argument = "input", seed: int = 0
) -> Report:
    """Check an object's derivative against its function; which two were taken, the report says.

    A pair is recognised by its names: forward/backward, compute/delta, activate/derivative, f/df
    and others (`SPELLINGS`). A backward pass of one argument uses what its forward pass kept: the
    forward pass is made before each call.

    Args:
        instance: the object, or its class if that takes no arguments, or holds static methods.
        x: where; 3 rows of 5 normal numbers without it.
        form: as for `check`.
        argument: as for `check`.
        seed: of x and of the other points.

    Raises:
        ParameterError: if no pair is recognised, or the class cannot be made without arguments.
    """
    found = _made(instance)
    function, derivative = _pair_of(found)
    forward: Callable[[Any], Any] = getattr(found, function)
    backward: Callable[..., Any] = getattr(found, derivative)
    taken = derivative
    if derivative == "backward" and needed_arguments(backward) == 1:
        kept = backward

        def backward_after_forward(point: Any, upstream: Any) -> Any:
            forward(point)
            return kept(upstream)

        backward, taken = backward_after_forward, "backward after forward"
    if x is None:
        x = np.random.default_rng(seed).standard_normal((_ROWS, _ENTRIES))
    report = check(forward, backward, x, form, argument=argument, seed=seed)
    where = f"{type(found).__name__ if not isinstance(found, type) else found.__name__}"
    text = f"({where}.{function} was taken for the function, {taken} for its derivative.)"
    return replace(report, explanation=f"{report.explanation} {text}")


def _made(instance: Any) -> Any:
    if not isinstance(instance, type):
        return instance
    try:
        return instance()
    except TypeError as error:
        raise ParameterError(
            f"{instance.__name__} cannot be made without arguments ({error}): give an instance"
        ) from error


def _pair_of(instance: Any) -> tuple[str, str]:
    for function, derivative in SPELLINGS:
        if callable(getattr(instance, function, None)) and callable(
            getattr(instance, derivative, None)
        ):
            return function, derivative
    known = ", ".join(f"{f}/{d}" for f, d in SPELLINGS[:6])
    methods = ", ".join(n for n in dir(instance) if not n.startswith("_")) or "none"
    raise ParameterError(
        f"no function with its derivative was recognised among: {methods}. Known are {known} and "
        "more; softgrad.check takes the two by themselves"
    )
