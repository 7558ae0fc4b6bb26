"""From a function, a derivative and a point to a report on the call that was meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any, Literal

from softgrad.checking.calls.candidates import Setting, candidates, values_within
from softgrad.checking.calls.choice import Choice, Chosen
from softgrad.checking.calls.entrywise import EntryByEntry, wants_numbers
from softgrad.checking.calls.refusal import refusal
from softgrad.checking.calls.signature import parameters_of
from softgrad.checking.calls.told import with_call
from softgrad.checking.calls.trial import Failure, Fit, Trial, gives_numbers
from softgrad.checking.calls.ways import Way, Ways
from softgrad.checking.claim import Argument, Form
from softgrad.checking.report import Report

Judge = Callable[[Fit, Way], Report]
AnyArgument = Argument | Literal["auto"]

_WITH_VECTOR: tuple[Form, ...] = ("vjp", "jvp", "hvp")


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds the call of a derivative.

    Attributes:
        function: the caller's.
        derivative: theirs, something to call.
        form: what it is said to be; None if nobody said so.
        argument: whether it is called with the function's input or output, if somebody said so.
        seed: of directions.
        judge: the whole judgement of one call.
    """

    function: Callable[[Any], Any]
    derivative: Callable[..., Any]
    form: Form | None
    argument: AnyArgument
    seed: int
    judge: Judge

    def report(self, ways: Ways) -> Report:
        """On the first call that is right in any layout; else on the one that is likeliest.

        Raises:
            ParameterError: if no call fits.
        """
        everything: list[Fit | Failure] = []
        wrong: Report | None = None
        shapeless: tuple[Fit, Way] | None = None
        is_of_a_row = False
        fitted: set[tuple[str, ...]] = set()
        for way in ways:
            if way.by_entries and way.limit is None and everything and not _of_numbers(everything):
                continue
            judge = partial(self._judged, way)
            choice = Choice(self._tried(way), judge, self.seed, is_told=self.form is not None)
            chosen = choice.right()
            if chosen is not None and not (way.limit and chosen.fit.call.slots in fitted):
                return self._told(chosen, way)
            everything += choice.tried
            if way.limit is None:
                # What fits x as it came, and is wrong there, is not right for being so elsewhere.
                fitted |= {fit.call.slots for fit in choice.fits if not fit.may_be_of_a_row}
            nearest = choice.nearest() if wrong is None or is_of_a_row else None
            if nearest is not None and (wrong is None or nearest.report.diagnosis != "unknown"):
                wrong = self._told(nearest, way)
                is_of_a_row = nearest.fit.may_be_of_a_row
            of_a_column = way.limit is not None and choice.has_matrix_of_a_vector
            if choice.fits and not (choice.may_be_elsewhere or of_a_column):
                break
            if shapeless is None and not choice.fits:
                shapeless = next(((t, way) for t in choice.tried if isinstance(t, Fit)), None)
        if wrong is not None:
            return wrong
        if shapeless is not None:
            return self.judge(*shapeless)
        failed = _of_failures(everything, is_told=self.form is not None)
        if failed is None:
            raise refusal(self.derivative, everything)
        return failed

    def _tried(self, way: Way) -> Iterator[Fit | Failure]:
        """What comes of each call, those first that are given the input."""
        derivative = self.derivative
        framework = way.rows.framework
        if way.by_entries:
            derivative = EntryByEntry(derivative, framework)
        bound = _owner(self.function) is not None and _owner(self.function) is _owner(
            self.derivative
        )
        calls = candidates(self.derivative, self._setting(way, is_bound=bound))
        trial = Trial(derivative, way.forward, way.rows, self.form, is_bound=bound)
        return trial.each(sorted(calls, key=lambda call: call.argument == "output"))

    def _setting(self, way: Way, *, is_bound: bool) -> Setting:
        names = parameters_of(self.function).needed
        return Setting(
            input_name=names[0] if len(names) == 1 else None,
            fixed=values_within(self.function),
            has_cache=way.forward.returns_more,
            is_bound=is_bound,
            may_take_input=self.argument != "output",
            may_take_output=self.argument == "output"
            or (self.argument == "auto" and not gives_numbers(way.rows)),
            with_vector=None if self.form is None else self.form in _WITH_VECTOR,
        )

    def _judged(self, way: Way, fit: Fit) -> Report:
        return self.judge(fit, way)

    def _told(self, chosen: Chosen, way: Way) -> Report:
        guessed = self.form is None and self.argument == "auto"
        return with_call(chosen.report, chosen.fit, way, self.derivative, was_guessed=guessed)


def _of_numbers(tried: list[Fit | Failure]) -> bool:
    """Whether a call failed as functions of one number do for an array."""
    return any(
        isinstance(t, Failure) and t.error is not None and wants_numbers(t.error) for t in tried
    )


def _of_failures(tried: list[Fit | Failure], *, is_told: bool) -> Report | None:
    """An exception within theirs, or a result of another shape, under the call that is right."""
    known = [
        t
        for t in tried
        if isinstance(t, Failure)
        and (is_told or not (t.call.asks_for or t.call.mismatches))
        and (is_told or len(t.call.slots) < 2 or not t.call.unnamed)
    ]
    if not known:
        return None
    best = min(known, key=lambda t: (t.call.mismatches, t.call.rank))
    if best.error is not None:
        text = f"It raises an exception, called as {best.told}: {best.text}."
        return Report("wrong", "raises", (), text, None)
    if best.call.takes_vector and not best.is_of_the_call:
        text = (
            f"Its shape is wrong, called as {best.told}: {best.text}. Given a vector it is to "
            "return a product with the Jacobian, and not the Jacobian."
        )
        return Report("wrong", "wrong-shape", (), text, None)
    return None


def _owner(function: Any) -> Any:
    """The object whose method a function is; None if it is none."""
    while isinstance(function, partial):
        function = function.func
    owner = getattr(function, "__self__", None)
    return None if isinstance(owner, ModuleType) else owner
