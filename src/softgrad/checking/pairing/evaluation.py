"""Checking a pair as it can be called: the first reading under which it is right, or the first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np

from softgrad.checking.checker import check
from softgrad.checking.pairing.construction import Init
from softgrad.checking.pairing.losses import may_be_gradient
from softgrad.checking.pairing.own import own_functions
from softgrad.checking.pairing.pair import Pair
from softgrad.checking.pairing.reading import Reading
from softgrad.checking.pairing.readings import readings
from softgrad.checking.pairing.sample import Sample
from softgrad.checking.report import Report
from softgrad.errors import ParameterError, SoftgradError

#: So many ways to call a pair are tried, and so many of them looked at in full.
_MOST, _MOST_IN_FULL, _MOST_OF_A_FRAMEWORK = 250, 12, 3


@np.errstate(all="ignore")
def examine(
    pair: Pair,
    x: Any = None,
    form: str = "auto",
    *,
    sample: Sample | None = None,
    init: Init = None,
    settings: Mapping[str, Any] | None = None,
) -> Report:
    """The report on a pair.

    Args:
        pair: as it was found.
        x: where; made up without it.
        form: as for `check`.
        sample: of what is made up.
        init: the arguments of the constructor, for a class.
        settings: further arguments of `check`.

    Raises:
        ParameterError: if nothing that was tried can be run.
    """
    sample, told = sample or Sample(), dict(settings or {})
    if pair.kind == "own":
        return _own(pair, x, form, sample, told, init)
    first: Report | None = None
    tried: list[str] = []
    checked, beside = 0, ""
    for reading in islice(readings(pair, x, sample, init), _MOST):
        if first is not None and not reading.is_loss:
            if first.diagnosis != "wrong-shape":
                break  # another point is for a function that cannot be run at the first one
            if np.ndim(reading.x) <= 2:
                continue  # or for one of arrays with more axes
        if first is not None and not (
            (reading.is_likely or reading.beside == beside) and may_be_gradient(reading)
        ):
            continue
        further: dict[str, Any] = {**told, "argument": "input"} if reading.is_of_input else told
        try:
            report = check(reading.function, reading.derivative, reading.x, form, **further)
        except (SoftgradError, TypeError) as error:
            tried.append(f"{reading.beside or 'rows of normal numbers'}: {error}")
            continue
        if report.diagnosis == "raises":
            tried.append(f"{reading.beside or 'rows of normal numbers'}: {report.explanation}")
            continue
        checked += 1
        report = _noted(report, pair, reading)
        if report:
            return report if first is None else _limited(report, reading)
        if first is None:  # the other way round it may be right there
            first, beside = report, "" if reading.is_likely else reading.beside
        if checked == _MOST_IN_FULL:
            break
    if first is not None:
        return first
    what = "; ".join(dict.fromkeys(tried)) or "none of the made-up arguments fits the function"
    raise ParameterError(f"{pair.name}: no call of the two was found that fits. Tried: {what}")


def _limited(report: Report, reading: Reading) -> Report:
    """What is right where it was looked at later says so, if that is the narrower case."""
    limits = [one for one in (report.qualification, reading.limit) if one]
    return replace(report, qualification=", ".join(limits) or None)


def _noted(report: Report, pair: Pair, reading: Reading) -> Report:
    owner = pair.owner
    home = "" if owner is None else f"{getattr(owner, '__name__', type(owner).__name__)}."
    beside = f"; {reading.beside}" if reading.beside else ""
    text = (
        f"({home}{pair.function_name} was taken for the function, {reading.called} for its "
        f"derivative{beside}.)"
    )
    told = " ".join((report.explanation, *sorted(reading.marks), text))
    return replace(report, explanation=told)


def _own(
    pair: Pair, x: Any, form: str, sample: Sample, settings: dict[str, Any], init: Init
) -> Report:
    """The backward pass that a framework's function brings along."""
    first: Report | None = None
    for function, given, told in islice(own_functions(pair, x, sample, init), _MOST_OF_A_FRAMEWORK):
        report = check(function, None, given, form, **settings)
        beside = f"; {told}" if told else ""
        text = f"({pair.name} was checked by its own backward pass{beside}.)"
        report = replace(report, explanation=f"{report.explanation} {text}")
        if report:
            return report
        first = report if first is None else first
    if first is None:
        raise ParameterError(f"{pair.name}: no arguments were found on which it runs")
    return first
