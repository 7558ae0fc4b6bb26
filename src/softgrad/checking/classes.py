"""Classes and modules that hold functions beside their derivatives, under whatever names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any, NamedTuple, cast

import numpy as np

from softgrad.checking.calls.finder import AnyArgument
from softgrad.checking.checker import check
from softgrad.checking.pairing.binding import needed
from softgrad.checking.pairing.construction import Init, made
from softgrad.checking.pairing.evaluation import examine
from softgrad.checking.pairing.finding import pairs_of_names, pairs_of_object
from softgrad.checking.pairing.layers import partial_pairs
from softgrad.checking.pairing.members import callables_of, is_module, methods_of
from softgrad.checking.pairing.own import own_parts
from softgrad.checking.pairing.pair import Pair, line_of
from softgrad.checking.pairing.roles import target_likeness
from softgrad.checking.pairing.sample import Sample
from softgrad.checking.parameters.passes import is_upstream
from softgrad.checking.report import Report
from softgrad.errors import ParameterError, SoftgradError


class NamedReport(NamedTuple):
    """What came out for one pair of a module.

    Attributes:
        name: of the pair.
        function: the name of what was taken for the function.
        derivative: the name of what was taken for its derivative.
        report: of `check`; None where the two could not be run.
        refusal: why they could not; "" otherwise.
        line: of the file, where the derivative begins; 0 where nobody knows.
    """

    name: str
    function: str
    derivative: str
    report: Report | None
    refusal: str = ""
    line: int = 0


def check_class(
    instance: Any,
    x: Any = None,
    form: str = "auto",
    *,
    argument: AnyArgument = "auto",
    seed: int = 0,
    init: Init = None,
    rtol: float = 1e-6,
) -> Report:
    """Check an object's derivative against its function; which two were taken, the report says.

    A pair is recognised by its names: what is left of one without its word for a derivative
    (prime, gradient, backward, d_ ...) is the other, or both are general (forward, loss, call).
    Of several pairs the best named is checked, and the report names the others.

    Where the backward pass uses what the forward pass kept, the forward pass is made before each
    call, and a layer that is right by its input is looked at by its weights. Losses get targets of
    the kind that they take. Of a PyTorch module or `autograd.Function`, and of a JAX `custom_vjp`,
    the own backward pass is checked.

    Args:
        instance: the object, or its class.
        x: where; 3 rows of 5 numbers without it.
        form: as for `check`.
        argument: as for `check`.
        seed: of x and of the other points.
        init: the arguments of the class's constructor, in order or by name; without it sizes and
            the like are guessed by the names of its parameters.
        rtol: as for `check`.

    Raises:
        ParameterError: if no pair is recognised, the class cannot be made, or no call fits.
    """
    pairs = pairs_of_object(instance)
    sample = Sample(seed=seed)
    if not pairs and isinstance(instance, type):
        instance = made(instance, sample.entries, init)
        pairs = pairs_of_object(instance)
    if not pairs:
        raise ParameterError(_unrecognised(instance))
    settings = {"argument": argument, "seed": seed, "rtol": rtol}
    report = _of_class(pairs[0], x, form, sample, init, settings)
    if len(pairs) == 1:
        return report
    others = ", ".join(f"{one.function_name}/{one.derivative_name}" for one in pairs[1:])
    text = f"(Not checked here: {others}; softgrad.check_module checks all.)"
    return replace(report, explanation=f"{report.explanation} {text}")


def _of_class(
    pair: Pair, x: Any, form: str, sample: Sample, init: Init, settings: Mapping[str, Any]
) -> Report:
    """On a class's first pair: by its input, or what is wrong by an array that it holds."""
    refusal: ParameterError | None = None
    report: Report | None = None
    try:
        report = examine(pair, x, form, sample=sample, init=init, settings=settings)
    except ParameterError as error:  # an input of whole numbers has no derivative
        refusal = error
    if x is not None or (report is not None and not report):
        parts: list[NamedReport] = []
    else:
        parts = [one for one in _of_parts(pair, sample, settings, init) if one.report is not None]
    wrong = next((one for one in parts if not one.report), None)
    told = wrong or (parts[0] if report is None and parts else None)
    if told is not None and told.report is not None:
        by_input = "is right" if report else "cannot be checked"
        text = f"(It is {told.name}, {told.derivative}; by its input it {by_input}.)"
        return replace(told.report, explanation=f"{told.report.explanation} {text}")
    if report is None:
        raise refusal or ParameterError(f"{pair.name}: nothing was found that can be run")
    return report


def check_module(
    module: ModuleType | Mapping[str, Any] | type,
    form: str = "auto",
    *,
    argument: AnyArgument = "auto",
    seed: int = 0,
    rtol: float = 1e-6,
) -> tuple[NamedReport, ...]:
    """Check every derivative that a module, or a dict of names, or a class holds.

    Args:
        module: a module, of which only what it defines itself is looked at; or `globals()`, or a
            dict of functions; or a class with several pairs.
        form: as for `check`.
        argument: as for `check`.
        seed: of the points.
        rtol: as for `check`.

    Returns:
        A report for each pair, or why it could not be run; empty where no pair is recognised.
    """
    settings = {"argument": argument, "seed": seed, "rtol": rtol}
    return check_pairs(pairs_of(module), form, Sample(seed=seed), settings)


def pairs_of(module: ModuleType | Mapping[str, Any] | type) -> list[Pair]:
    """The pairs that a module, a dict of names or a class holds."""
    if isinstance(module, type):
        return pairs_of_object(module)
    names = dict(module) if isinstance(module, Mapping) else vars(module)
    home = cast("str | None", names.get("__name__"))
    pairs = pairs_of_names(names, home)
    modules = [
        Pair(name, name, "its own backward pass", value, kind="own")
        for name, value in names.items()
        if is_module(value) and getattr(value, "__module__", None) == home
    ]
    return pairs or modules


def check_pairs(
    pairs: list[Pair],
    form: str,
    sample: Sample,
    settings: Mapping[str, Any],
    init: Init = None,
) -> tuple[NamedReport, ...]:
    """The reports on these pairs, each by itself."""
    return tuple(one for pair in pairs for one in _reports(pair, form, sample, settings, init))


def _reports(
    pair: Pair, form: str, sample: Sample, settings: Mapping[str, Any], init: Init
) -> Iterator[NamedReport]:
    """The report on a pair, and on a layer's derivatives by its weights."""
    names, line = (pair.name, pair.function_name, pair.derivative_name), line_of(pair)
    parts = list(_of_parts(pair, sample, settings, init))
    own = [one for one in parts if one.name == f"{pair.name} by {_first_input(pair)}"]
    if own and _is_layer(pair):
        yield NamedReport(*names, own[0].report, line=line)
        yield from (one._replace(line=line) for one in parts if one is not own[0])
        return
    try:
        report = examine(pair, None, form, sample=sample, init=init, settings=settings)
        yield NamedReport(*names, report, line=line)
        parts = [one for one in parts if one not in own]
    except SoftgradError as error:
        if not parts:
            yield NamedReport(*names, None, " ".join(str(error).split()), line)
    for one in parts:
        yield one._replace(line=line)


def _first_input(pair: Pair) -> str:
    """What a function calls its first argument; "" for methods, whose input is no part."""
    names = needed(pair.function) or [] if pair.owner is None else []
    return names[0] if names else ""


def _is_layer(pair: Pair) -> bool:
    """Whether two functions are the passes of a layer, and no loss and its gradient."""
    is_loss = any(target_likeness(name) > 0.0 for name in needed(pair.function) or [])
    return not is_loss and any(is_upstream(name) for name in needed(pair.derivative) or [])


def _of_parts(
    pair: Pair, sample: Sample, settings: Mapping[str, Any], init: Init
) -> Iterator[NamedReport]:
    try:
        with np.errstate(all="ignore"):
            if pair.kind == "own":
                for name, function, value in own_parts(pair, sample):
                    told = (f"{pair.name} by {name}", pair.function_name, pair.derivative_name)
                    yield NamedReport(*told, check(function, None, value, "vjp", **settings))
            for one in partial_pairs(pair, sample, init):
                report = check(one.function, one.derivative, one.point, one.form, **settings)
                theirs = f"{one.gradient_name} of {pair.derivative_name}"
                told = (f"{pair.name} by {one.name}", pair.function_name, theirs)
                yield NamedReport(*told, report)
    except Exception:  # what is no layer, or runs at no point that was tried
        return


def _unrecognised(instance: Any) -> str:
    kind = cast(Any, type)(instance)
    known = [*methods_of(kind), *callables_of(instance)]
    return (
        f"no function with its derivative was recognised among: {', '.join(known) or 'none'}. A "
        "derivative's name is its function's with prime, derivative, gradient, backward or the "
        "like; softgrad.check takes the two by themselves"
    )
