"""Calls that are tried at a point: those that run and give what a form asks for, and the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from softgrad.checking.calls.call import Call, Called
from softgrad.checking.calls.entrywise import wants_numbers
from softgrad.checking.calls.forward import Forward
from softgrad.checking.calls.names import goes_forward
from softgrad.checking.calls.results import check_something, is_several, read
from softgrad.checking.calls.signature import is_of_the_call, name_of, parameters_of
from softgrad.checking.claim import Claim, DerivativeRaisesError, Form
from softgrad.checking.frameworks import Numbers, to_numpy
from softgrad.checking.rows import RowFunction
from softgrad.errors import InputTypeError, ShapeError


@dataclass(frozen=True, slots=True)
class Fit:
    """A call that runs, and what it is taken for.

    Attributes:
        call: how it is called.
        claim: the derivative, called so.
        derivative: what is called as (point) or (point, vector); or an array.
        is_spread: whether it gives one number, which stands for an array.
        is_several: whether it gives several arrays, of which one was taken.
        has_shape: whether its result has the shape that the form asks for.
        may_be_of_a_row: whether it gives one matrix for all rows of a batch, as what is written
            for one row does.
    """

    call: Call
    claim: Claim
    derivative: Any
    is_spread: bool = False
    is_several: bool = False
    has_shape: bool = True
    may_be_of_a_row: bool = False

    @property
    def told(self) -> str:
        """The call in words."""
        return self.call.described(self.claim.called_as)


@dataclass(frozen=True, slots=True)
class Failure:
    """A call that does not fit.

    Attributes:
        call: how it was called.
        told: the call in words.
        text: what came of it.
        error: the exception that theirs raised itself; None if none did.
        is_of_the_call: whether it was refused for the number of its arguments.
    """

    call: Call
    told: str
    text: str
    error: Exception | None = None
    is_of_the_call: bool = False


class Trial:
    """Tries calls of a derivative.

    Args:
        derivative: theirs.
        forward: the function.
        rows: the same over rows, at the point where it is tried.
        form: what the derivative is said to be, or None.
        is_bound: whether the function is to be called before each call.
    """

    def __init__(
        self,
        derivative: Callable[..., Any],
        forward: Forward,
        rows: RowFunction,
        form: Form | None,
        *,
        is_bound: bool,
    ) -> None:
        self._derivative, self._forward, self._rows = derivative, forward, rows
        self._form: Form | None = form
        self._is_bound = is_bound
        self._x = rows.first_point
        self._y = rows.call(self._x)
        self._names = (*parameters_of(derivative).needed, *parameters_of(derivative).optional)

    def each(self, calls: Sequence[Call]) -> Iterator[Fit | Failure]:
        """What comes of each call, in each form that it may be."""
        for call in calls:
            yield from self._of_vector(call) if call.takes_vector else self._of_point(call)

    def _of_vector(self, call: Call) -> Iterator[Fit | Failure]:
        for form in self._forms_of_vector(call):
            found = self._called(call, form)
            yield found if isinstance(found, Failure) else self._read(call, form, found)

    def _of_point(self, call: Call) -> Iterator[Fit | Failure]:
        """The first form that a result has the shape of."""
        found = self._called(call, "gradient")
        if isinstance(found, Failure):
            yield found
            return
        forms = forms_of_point(self._rows) if self._form is None else (self._form,)
        tried = (self._read(call, form, found) for form in forms)
        first = next(tried)
        yield first if _fits(first) else next((other for other in tried if _fits(other)), first)

    def _forms_of_vector(self, call: Call) -> Iterator[Form]:
        if self._form is not None:
            yield self._form
            return
        yield "vjp"
        at = call.slots.index("vector")
        forward = at < len(self._names) and goes_forward(self._names[at])
        # Where both have one shape, a J v in place of J^T g would be a mistake that passes.
        if forward or self._x.shape != self._y.shape:
            yield "jvp"
        if gives_numbers(self._rows):
            yield "hvp"

    def _called(self, call: Call, form: Form) -> Any:
        """What theirs returns, or why that is nothing."""
        made = self._wrapped(call).arguments(
            self._made(self._y if call.argument == "output" else self._x),
            (self._made(self._vector(form)),) if call.takes_vector else (),
        )
        try:
            found = self._derivative(*made)
        except Exception as error:
            text = f"{type(error).__name__}: {error}"
            refused = is_of_the_call(error) and not wants_numbers(error)
            return Failure(call, call.described(form), text, None if refused else error, refused)
        check_something(found, name_of(self._derivative))
        return found

    def _read(self, call: Call, form: Form, found: Any) -> Fit | Failure:
        several = is_several(found)
        told = call.described(form)
        try:
            number = form in ("gradient", "elementwise") and self._is_number(found)
        except InputTypeError as error:
            return Failure(call, told, str(error), error)
        plain = call.is_plain and not several and not number and not self._is_bound
        called = self._derivative if plain else self._wrapped(call, spread=number)
        claim = Claim(called, form, self._rows, call.argument)
        fit = Fit(
            call,
            claim,
            called,
            is_spread=number,
            is_several=several,
            may_be_of_a_row=form == "jacobian" and self._is_one_matrix(found),
        )
        rows = self._rows.view.to_rows(self._x)
        try:
            if call.takes_vector:
                claim.product(rows, self._vector_rows(form))
            else:
                claim.times(rows, np.ones_like(rows))
        except ShapeError as error:
            return (
                Failure(call, told, str(error))
                if self._form is None
                else replace(fit, has_shape=False)
            )
        except (DerivativeRaisesError, InputTypeError) as error:
            return Failure(call, told, str(error), error)
        return fit

    def _is_number(self, found: Any) -> bool:
        """Whether it is one number, where x has more."""
        array = to_numpy(read(found, self._made(self._x)), "the derivative")
        return array.size == 1 and self._x.size > 1

    def _is_one_matrix(self, found: Any) -> bool:
        shape = np.shape(to_numpy(read(found, self._made(self._x)), "the derivative"))
        return self._x.ndim > 1 and shape == (self._y.size, self._x.size)

    def _wrapped(self, call: Call, *, spread: bool = False) -> Called:
        return Called(self._derivative, call, self._forward, before=self._is_bound, spread=spread)

    def _made(self, x: Numbers) -> Any:
        return self._rows.framework.make(x)

    def _vector(self, form: Form) -> Numbers:
        """Numbers that differ, like the result for what comes from upstream, else like x."""
        like = self._y if form == "vjp" else self._x
        return np.linspace(0.5, 1.5, like.size).reshape(like.shape)

    def _vector_rows(self, form: Form) -> Numbers:
        view, vector = self._rows.view, self._vector(form)
        return view.results_to_rows(vector) if form == "vjp" else view.to_rows(vector)


def gives_numbers(rows: RowFunction) -> bool:
    """Whether a function gives one number, in all or a row, for several."""
    x = rows.first_point
    return x.size > 1 and rows.view.results_to_rows(rows.call(x)).shape[1] == 1


def forms_of_point(rows: RowFunction) -> tuple[Form, ...]:
    """What a derivative may be that is given no vector."""
    if gives_numbers(rows):
        return ("gradient", "hessian", "jacobian")
    return ("elementwise", "jacobian")


def _fits(tried: Fit | Failure) -> bool:
    return isinstance(tried, Fit) and tried.has_shape
