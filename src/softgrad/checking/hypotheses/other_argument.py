"""The derivative by another argument than x, where that one can be seen."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from types import CellType, FunctionType
from typing import Any, cast

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers, to_numpy, to_real
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.observation import apart
from softgrad.checking.reference import Reference
from softgrad.errors import InputTypeError, SoftgradError

#: The function with another value in place of what it holds, as it is called with x.
Held = tuple[str, Numbers, Callable[[Any], Callable[[Any], Any]]]


#: Where one point is that far off, the others are not looked at.
_FAR = 1e-3


def other_argument(case: Case) -> Iterator[Fit]:
    """Theirs is the derivative by an array that `partial`, a default or a closure holds."""
    rows = case.claim.function
    if case.claim.form == "hessian":
        return
    for name, value, holding in arrays_held(rows.given):
        if value.shape != rows.view.shape:
            continue
        try:
            last = case.observations[-1]
            if apart(last.theirs, _by_held(case, holding, value, last.x), last.allowed) > _FAR:
                continue
            predictions = [_by_held(case, holding, value, o.x) for o in case.observations]
        except (ArithmeticError, LookupError, TypeError, ValueError, SoftgradError):
            continue  # it may not take other values there
        yield Fit(
            code="other-argument",
            residual=case.misfit(predictions),
            predictions=predictions,
            parameters={"argument": name},
            what=f"It is the derivative by {name}, not by x.",
            seen=f"with x held fixed and {name} moved, the function changes as theirs says.",
            formula=f"the derivative by x, with {name} held fixed: for sum a log(a / p) it is "
            "-a / p by p, and 1 + log(a / p) by a.",
        )


def arrays_held(function: Any) -> Iterator[Held]:
    """The arrays of numbers that a function holds besides x, each with a way to exchange it."""
    if isinstance(function, partial):
        yield from _of_partial(cast("partial[Any]", function))
    elif hasattr(function, "held"):
        yield from _of_held(function)
    elif isinstance(function, FunctionType):
        yield from _of_closure(function)
        yield from _of_defaults(function)
        yield from _of_globals(function)


def _of_partial(function: partial[Any]) -> Iterator[Held]:
    names = _parameters(function.func)
    for k, value in enumerate(function.args):

        def with_argument(v: Any, k: int = k) -> Callable[[Any], Any]:
            args = (*function.args[:k], v, *function.args[k + 1 :])
            return partial(function.func, *args, **function.keywords)

        array = _array(value)
        if array is not None:
            yield names[k] if k < len(names) else f"argument {k}", array, with_argument
    for name, value in function.keywords.items():

        def with_keyword(v: Any, name: str = name) -> Callable[[Any], Any]:
            return partial(function.func, *function.args, **{**function.keywords, name: v})

        array = _array(value)
        if array is not None:
            yield name, array, with_keyword


def _of_held(function: Any) -> Iterator[Held]:
    """Of a function that says what it holds, and is made again with other values."""
    for name, value in function.held.items():

        def with_value(v: Any, name: str = name) -> Callable[[Any], Any]:
            return function.holding({**function.held, name: v})

        array = _array(value)
        if array is not None:
            yield name, array, with_value


def _of_closure(function: FunctionType) -> Iterator[Held]:
    cells = function.__closure__ or ()
    for k, name in enumerate(function.__code__.co_freevars):

        def with_cell(v: Any, k: int = k) -> Callable[[Any], Any]:
            return _copied(function, closure=(*cells[:k], CellType(v), *cells[k + 1 :]))

        try:
            array = _array(cells[k].cell_contents)
        except ValueError:  # an empty cell
            continue
        if array is not None:
            yield name, array, with_cell


def _of_defaults(function: FunctionType) -> Iterator[Held]:
    defaults = function.__defaults__ or ()
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    for k, value in enumerate(defaults):

        def with_default(v: Any, k: int = k) -> Callable[[Any], Any]:
            return _copied(function, defaults=(*defaults[:k], v, *defaults[k + 1 :]))

        array = _array(value)
        if array is not None:
            yield names[k - len(defaults)], array, with_default


def _of_globals(function: FunctionType) -> Iterator[Held]:
    for name in function.__code__.co_names:

        def with_global(v: Any, name: str = name) -> Callable[[Any], Any]:
            return _copied(function, known={**function.__globals__, name: v})

        array = _array(function.__globals__.get(name))
        if array is not None:
            yield name, array, with_global


def _copied(
    function: FunctionType,
    *,
    known: dict[str, Any] | None = None,
    closure: tuple[CellType, ...] | None = None,
    defaults: tuple[Any, ...] | None = None,
) -> Callable[[Any], Any]:
    """A function of its own: the caller's is left as it is."""
    copy = FunctionType(
        function.__code__,
        function.__globals__ if known is None else known,
        function.__name__,
        function.__defaults__ if defaults is None else defaults,
        function.__closure__ if closure is None else closure,
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


def _array(value: Any) -> Numbers | None:
    if not hasattr(value, "shape") or getattr(value, "size", 0) == 0:
        return None
    try:
        return np.asarray(to_real(value, "an argument"), dtype=np.float64)
    except (InputTypeError, TypeError, ValueError):
        return None


def _parameters(function: Any) -> list[str]:
    try:
        return list(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # some compiled functions have no signature
        return []


def _by_held(
    case: Case, holding: Callable[[Any], Callable[[Any], Any]], value: Numbers, x: Numbers
) -> Numbers:
    """The derivative by what is held, as one of rows: shape (batch, m, n)."""
    rows = case.claim.function
    view, make = rows.view, rows.framework.make
    point = make(view.from_rows(x))

    def moved(held: Numbers) -> Numbers:
        y = holding(make(view.from_rows(held)))(point)
        return view.results_to_rows(to_numpy(y, "the function's result"))

    framework = rows.framework
    reference = Reference(
        moved, may_be_complex=framework.takes_complex, precision=framework.precision
    )
    return reference.jacobian(view.to_rows(value)).value
