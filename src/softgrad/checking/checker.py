"""`check`: whether a derivative that somebody wrote is right, and if not, why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from softgrad.checking.claim import Argument, Claim
from softgrad.checking.conduct import conduct_of
from softgrad.checking.forms import find_form
from softgrad.checking.frameworks import framework_of, to_numpy
from softgrad.checking.judgement import judge
from softgrad.checking.report import Report
from softgrad.checking.rows import RowFunction
from softgrad.errors import ParameterError, ShapeError


def check(
    function: Callable[[Any], Any],
    derivative: Any,
    x: Any,
    form: str = "auto",
    *,
    argument: Argument = "input",
    seed: int = 0,
) -> Report:
    """Compare a derivative with one that is taken from values of the function alone.

    Args:
        function: of one argument; fix others with `functools.partial`. A map of arrays, of a
            batch of rows too, or a loss with a number in all or a row.
        derivative: theirs: of x (jacobian, gradient, elementwise, hessian), of x and an upstream
            gradient (vjp) or a direction (jvp); or the array that it gives at x.
        x: where: a NumPy array, PyTorch tensor, JAX array, list or number. Both are called with
            the same kind, in float64.
        form: "jacobian", "vjp", "jvp", "gradient", "elementwise" or "hessian"; "auto" goes by
            the derivative's arguments and the shape of its result.
        argument: "output" for a derivative that is written in terms of the function's result.
        seed: of the other points that are looked at.

    Returns:
        A `Report`; true if the derivative is correct.

    Raises:
        ParameterError: if the form is unknown or cannot be found, or the function fails at x.
        InputTypeError: if x or the function's result is no array of numbers.
    """
    with np.errstate(all="ignore"):  # what a formula does far out is what is to be found out
        return _checked(function, derivative, x, form, argument, seed)


def _checked(
    function: Callable[[Any], Any],
    derivative: Any,
    x: Any,
    form: str,
    argument: Argument,
    seed: int,
) -> Report:
    if argument not in ("input", "output"):
        raise ParameterError(f"argument must be 'input' or 'output', not {argument!r}")
    framework = framework_of(x)
    point = np.asarray(to_numpy(x, "x"), dtype=np.float64)
    if point.size == 0:
        raise ParameterError(f"x has no entries: its shape is {point.shape}")
    try:
        rows = RowFunction(function, framework, point)
    except Exception as error:
        raise ParameterError(f"the function fails at x: {type(error).__name__}: {error}") from error

    misconduct = conduct_of(function, derivative, framework, point, rows, argument)
    if misconduct is not None and misconduct.is_final:
        return misconduct.report()
    try:
        claim = Claim(
            derivative, find_form(derivative, rows, point, form, argument), rows, argument
        )
        report = judge(claim, function, derivative, seed)
    except ShapeError as error:
        return Report("wrong", "wrong-shape", (), f"Its shape is wrong: {error}.", None)
    return report if misconduct is None else misconduct.report(report)
