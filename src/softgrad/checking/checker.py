"""`check`: whether a derivative that somebody wrote is right, and if not, why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from softgrad.checking.claim import Argument, Claim, DerivativeRaisesError
from softgrad.checking.conduct import Conduct, Misconduct
from softgrad.checking.forms import find_form
from softgrad.checking.frameworks import Framework, Numbers, framework_of, in_double, to_numpy
from softgrad.checking.judgement import judge
from softgrad.checking.own_derivative import as_derivative, as_function, backward_pass
from softgrad.checking.report import Report
from softgrad.checking.rows import RowFunction
from softgrad.errors import InputTypeError, ParameterError, ShapeError


def check(
    function: Callable[[Any], Any],
    derivative: Any = None,
    x: Any = None,
    form: str = "auto",
    *,
    argument: Argument = "input",
    seed: int = 0,
    rtol: float = 1e-6,
) -> Report:
    """Compare a derivative with one that is taken from values of the function alone.

    Args:
        function: of one argument; fix others with `functools.partial`. A map of arrays, of a
            batch of rows too, or a loss with a number in all or a row. A PyTorch module or
            `autograd.Function` is taken as such.
        derivative: theirs: of x (jacobian, gradient, elementwise, hessian), of x and an upstream
            gradient (vjp) or a direction (jvp); or the array that it gives at x. Without it the
            function's own: what `backward` gives of a PyTorch function, `jax.vjp` of a JAX one.
        x: where: a NumPy array, PyTorch tensor, JAX array, list or number. Both are called with
            the same kind, in float64, or as x is where they take nothing else.
        form: "jacobian", "vjp", "jvp", "gradient", "elementwise" or "hessian"; "auto" goes by
            the derivative's arguments and the shape of its result.
        argument: "output" for a derivative that is written in terms of the function's result.
        seed: of the other points that are looked at.
        rtol: a smooth deviation of no more than this, relative to the largest entry, is let pass,
            as a guard epsilon or a constant of few digits makes it; the report's qualification
            says how large it is. 0 lets nothing pass but rounding.

    Returns:
        A `Report`; true if the derivative is correct.

    Raises:
        ParameterError: if the form is unknown or cannot be found, or the function fails at x.
        InputTypeError: if x or the function's result is no array of numbers.
    """
    if argument not in ("input", "output"):
        raise ParameterError(f"argument must be 'input' or 'output', not {argument!r}")
    if not 0.0 <= rtol < 1.0:
        raise ParameterError(f"rtol must be at least 0 and less than 1, not {rtol!r}")
    framework = framework_of(x)
    function = as_function(function, framework)
    if not callable(function):
        raise InputTypeError(f"function must be callable, not {type(function).__name__}")
    if derivative is None:
        derivative = backward_pass(function, framework, form)
        form = "vjp" if form == "auto" else form
    else:
        derivative = as_derivative(derivative, framework)
    # What a formula does far out is what is to be found out: no warnings.
    with in_double(framework), np.errstate(all="ignore"):
        return _checked(function, derivative, x, form, argument, framework, seed, rtol)


def _checked(
    function: Callable[[Any], Any],
    derivative: Any,
    x: Any,
    form: str,
    argument: Argument,
    framework: Framework,
    seed: int,
    rtol: float,
) -> Report:
    given = to_numpy(x, "x")
    point = np.asarray(given, dtype=np.float64)
    if point.size == 0:
        raise ParameterError(f"x has no entries: its shape is {point.shape}")
    if np.any(np.isnan(point)):
        raise ParameterError("x has NaN: no derivative is known there, so give another point")
    framework = replace(framework, digits=float(np.finfo(given.dtype).eps))
    rows = _rows(function, framework, given.dtype, point)
    if not np.array_equal(rows.call(point), rows.call(point), equal_nan=True):
        text = (
            "Nothing can be said here: the function itself gives another result at each call. "
            "Draw its random numbers once, outside (a module: call eval() first), and give those."
        )
        return Report("inconclusive", "not-deterministic", (), text, None)

    try:
        found = find_form(derivative, rows, point, form, argument)
    except (ParameterError, InputTypeError):
        raise
    except Exception as error:
        text = f"It raises {type(error).__name__} at x: {error}."
        return Misconduct("raises", text, True).report()
    misconduct: Misconduct | None = None
    if callable(derivative):
        conduct = Conduct(function, derivative, found, rows, argument)
        misconduct = conduct.first_fault(of_integers=_holds_integers(x))
        if misconduct is not None and misconduct.is_final:
            return misconduct.report()
    try:
        report = judge(Claim(derivative, found, rows, argument), function, derivative, seed, rtol)
    except ShapeError as error:
        return Report("wrong", "wrong-shape", (), f"Its shape is wrong: {error}.", None)
    except DerivativeRaisesError as error:
        text = f"It raises an exception for another vector than the first one: {error}."
        return Misconduct("raises", text, True).report()
    return report if misconduct is None else misconduct.report(report)


def _holds_integers(x: Any) -> bool:
    """Whether x is an integer array, or a list of whole numbers alone."""
    if isinstance(x, list | tuple | int):
        return np.asarray(x).dtype.kind == "i"
    return framework_of(x).name == "NumPy" and x.dtype.kind in "iu"


def _rows(
    function: Callable[[Any], Any], framework: Framework, dtype: np.dtype[Any], point: Numbers
) -> RowFunction:
    """The function over rows of float64; of x's own dtype where it refuses float64."""
    kinds = [framework]
    if dtype.kind == "f" and dtype.itemsize < 8:
        kinds.append(framework.of_dtype(dtype))
    failure: Exception | None = None
    for kind in kinds:
        try:
            return RowFunction(function, kind, point)
        except Exception as error:
            failure = error
    raise ParameterError(
        f"the function fails at x: {type(failure).__name__}: {failure}"
    ) from failure
