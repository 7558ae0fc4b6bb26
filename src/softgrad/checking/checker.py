"""`check`: whether a derivative that somebody wrote is right, and if not, why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from softgrad.checking.calls.constant import fit_of_array
from softgrad.checking.calls.finder import AnyArgument, Finder
from softgrad.checking.calls.judging import Judge
from softgrad.checking.calls.ways import Ways
from softgrad.checking.forms import form_named
from softgrad.checking.frameworks import at_work, framework_of
from softgrad.checking.function_conduct import of_two_answers
from softgrad.checking.own_derivative import as_derivative, as_function, own_derivative
from softgrad.checking.report import Report
from softgrad.errors import InputTypeError, ParameterError


def check(
    function: Callable[[Any], Any],
    derivative: Any = None,
    x: Any = None,
    form: str = "auto",
    *,
    argument: AnyArgument = "auto",
    seed: int = 0,
    rtol: float = 1e-6,
) -> Report:
    """Compare a derivative with one that is taken from values of the function alone.

    Args:
        function: of one argument; fix others with `functools.partial`. A map of arrays, of a
            batch of rows too, or a loss with a number in all or a row. A PyTorch module or
            `autograd.Function` is taken as such.
        derivative: theirs: of x (jacobian, gradient, elementwise, hessian), of x and an upstream
            gradient (vjp) or a direction (jvp, hvp); or the array that it gives at x. Arguments
            may come in any order, with the function's output or what it returns beside that (a
            cache): calls are tried, those first that the names of its parameters speak for, and
            the report says which was taken. Without a derivative it is the function's own: the
            gradient that it returns beside its value, what `backward` gives of a PyTorch function,
            `jax.vjp` of a JAX one; of second order for "hessian" and "hvp".
        x: where: a NumPy array, PyTorch tensor, JAX array, list or number. Both are called with
            the same kind, in float64, or as x is where they take nothing else; where they take
            no such array, entry by entry, or with one row of x.
        form: "jacobian", "vjp", "jvp", "gradient", "elementwise", "hessian" or "hvp" (Hessian
            times vector); "auto" goes by the derivative's arguments and the shape of its result.
        argument: "input" or "output", the one of the function that the derivative is written in
            terms of; "auto" takes the output where the input is wrong and the output right, and
            the report is then qualified with it.
        seed: of the other points that are looked at.
        rtol: a smooth deviation of no more than this, relative to the largest entry, is let pass,
            as a guard epsilon or a constant of few digits makes it; the report's qualification
            says how large it is. 0 lets nothing pass but rounding.

    Returns:
        A `Report`; true if the derivative is correct.

    Raises:
        ParameterError: if the form is unknown, if no call of the derivative fits, or if the
            function fails at x.
        InputTypeError: if x or the function's result is no array of numbers.
    """
    if argument not in ("auto", "input", "output"):
        raise ParameterError(f"argument must be 'auto', 'input' or 'output', not {argument!r}")
    if not 0.0 <= rtol < 1.0:
        raise ParameterError(f"rtol must be at least 0 and less than 1, not {rtol!r}")
    framework = framework_of(x)
    function = as_function(function, framework)
    if not callable(function):
        raise InputTypeError(f"function must be callable, not {type(function).__name__}")
    # What a formula does far out is what is to be found out: no warnings.
    with at_work(framework), np.errstate(all="ignore"):
        is_own = derivative is None
        if is_own:
            function, derivative, form = own_derivative(function, framework, form, x)
        else:
            derivative = as_derivative(derivative, framework)
        ways = Ways(function, framework, x)
        rows = next(iter(ways)).rows
        unsteady = of_two_answers(rows)
        if unsteady is not None:
            return unsteady
        judge = Judge(seed=seed, rtol=rtol, of_integers=_holds_integers(x), is_own=is_own)
        told = form_named(form)
        if not callable(derivative):
            return judge.of_numbers(fit_of_array(derivative, rows, told), rows.given)
        return Finder(function, derivative, told, argument, seed, judge).report(ways)


def _holds_integers(x: Any) -> bool:
    """Whether x is an integer array, or a list of whole numbers alone."""
    if isinstance(x, list | tuple | int):
        return np.asarray(x).dtype.kind == "i"
    return framework_of(x).name == "NumPy" and x.dtype.kind in "iu"
