"""Which form a derivative has, where its author did not say."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from softgrad.checking.claim import Argument, Form
from softgrad.checking.frameworks import Numbers, to_numpy
from softgrad.checking.rows import RowFunction
from softgrad.errors import ParameterError

FORMS: tuple[Form, ...] = ("jacobian", "vjp", "jvp", "gradient", "elementwise", "hessian")


def find_form(
    derivative: Any, function: RowFunction, x: Numbers, form: str, argument: Argument
) -> Form:
    """The form that was named, or the one that a derivative's arguments and shape speak for.

    With two arguments it is a vjp, for backward passes are what people write; a jvp where it takes
    a vector like x alone. With one, its shape decides: that of x is a gradient where the function
    gives a number a row, else element by element; anything larger is a Jacobian, or a Hessian of a
    number a row.

    Raises:
        ParameterError: if the form is none of `FORMS`, or nothing fits.
    """
    for known in FORMS:
        if form == known:
            return known
    if form != "auto":
        raise ParameterError(f"form must be 'auto' or one of {', '.join(FORMS)}, not {form!r}")
    if callable(derivative) and needed_arguments(derivative) >= 2:
        return _of_a_product(derivative, function, x, argument)
    result: Any = derivative
    if callable(derivative):
        point = function.call(x) if argument == "output" else x
        result = derivative(function.framework.make(point))
    shape = to_numpy(result, "the derivative").shape
    gives_numbers = function.view.results_to_rows(function.call(x)).shape[1] == 1
    if shape == x.shape:
        return "gradient" if gives_numbers and np.size(x) > 1 else "elementwise"
    if len(shape) > x.ndim:
        return "hessian" if gives_numbers else "jacobian"
    raise ParameterError(
        f"the derivative has shape {shape} where x has {x.shape}: say form= one of "
        f"{', '.join(FORMS)}"
    )


def _of_a_product(
    derivative: Callable[..., Any], function: RowFunction, x: Numbers, argument: Argument
) -> Form:
    y = function.call(x)
    if y.shape == x.shape:
        return "vjp"
    make = function.framework.make
    point = y if argument == "output" else x

    def takes(vector: Numbers, result: tuple[int, ...]) -> bool:
        try:
            found = derivative(make(point), make(vector))
        except Exception:  # what is wrong with it is told later
            return False
        return to_numpy(found, "the derivative").shape == result

    backward = takes(np.ones_like(y), x.shape)
    return "jvp" if not backward and takes(np.ones_like(x), y.shape) else "vjp"


def needed_arguments(function: Callable[..., Any]) -> int:
    """How many positional arguments it cannot do without; 1 where nobody knows."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return 1
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    needed = [p for p in parameters if p.kind in positional and p.default is p.empty]
    return len(needed)
