"""What in a file is to be checked, by the name that was given, and the reports on it."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from softgrad.checking.classes import NamedReport, check_pairs, pairs_of
from softgrad.checking.pairing.construction import made
from softgrad.checking.pairing.finding import pairs_of_object
from softgrad.checking.pairing.members import brings_derivative, is_function, is_module
from softgrad.checking.pairing.pair import Pair
from softgrad.checking.pairing.sample import Sample
from softgrad.checking.pairing.tables import is_table, pairs_of_table
from softgrad.error_words import did_you_mean
from softgrad.errors import ParameterError, SoftgradError
from softgrad.file_checking.messages import Request


def check_file(request: Request, module: ModuleType) -> tuple[NamedReport, ...]:
    """The reports on what was asked for.

    Args:
        request: the options of the command.
        module: the file's.

    Raises:
        SoftgradError: nothing was found, or the one pair that was named cannot be run.
    """
    pairs = _pairs(request, module)
    sample = Sample(request.rows, request.entries, request.seed)
    settings = {"argument": request.argument, "seed": request.seed, "rtol": request.rtol}
    reports = check_pairs(pairs, request.form, sample, settings, request.init)
    if len(reports) == 1 and reports[0].report is None:
        raise ParameterError(reports[0].refusal)
    return reports


def _names(pair: Pair) -> tuple[str, str, str]:
    return pair.name, pair.function_name, pair.derivative_name


def _pairs(request: Request, module: ModuleType) -> list[Pair]:
    names = vars(module)
    name = request.name
    if name is None:
        pairs = pairs_of(module)
        if not pairs and not request.may_be_empty:
            raise ParameterError(_nothing(request, names))
        return pairs
    found = _find(names, name)
    if request.derivative is not None:
        theirs = _find(names, request.derivative)
        return [Pair(name, name, request.derivative, found, theirs)]
    return _of(found, name, module, request)


def _of(found: Any, name: str, module: ModuleType, request: Request) -> list[Pair]:
    """The pairs of one thing in the file, or those that it is a part of."""
    if is_module(found) or brings_derivative(found):
        return [Pair(name, name, "its own backward pass", found, kind="own")]
    if is_table(found):
        pairs = pairs_of_table(found, name, vars(module))
    elif is_function(found) and hasattr(found, "__code__"):
        pairs = _with(name, module)
    else:
        pairs = pairs_of_object(found, name) or _with(name, module)
        if not pairs and isinstance(found, type):
            pairs = pairs_of_object(made(found, request.entries, request.init), name)
    if not pairs:
        raise ParameterError(
            f"no derivative of {name!r} was recognised by its name; "
            f"{_nothing(request, vars(module))}"
        )
    return pairs


def _with(name: str, module: ModuleType) -> list[Pair]:
    """The pairs of the file that a name has a part in."""
    last = name.rpartition(".")[2]
    pairs = [one for one in pairs_of(module) if name in _names(one)[:1]]
    return pairs or [one for one in pairs_of(module) if last in _names(one)[1:]]


def _nothing(request: Request, names: Mapping[str, Any]) -> str:
    known = [one for one in _known(names) if not one.startswith("_")]
    return (
        f"{request.path}: no function with its derivative was recognised among: "
        f"{', '.join(known) or 'none'}. Name the two: {request.naming}"
    )


def _known(names: Mapping[str, Any]) -> list[str]:
    home = names.get("__name__")
    return [
        name
        for name, value in names.items()
        if callable(value) and getattr(value, "__module__", None) == home
    ]


def _find(names: Mapping[str, Any], name: str) -> Any:
    """What a name stands for, with dots for what is inside of it."""
    first, *others = name.split(".")
    if first not in names or first.startswith("__"):
        known = [one for one in _known(names) if not one.startswith("_")]
        raise SoftgradError(f"there is no {first!r} in the file: {did_you_mean(first, known)}")
    found = names[first]
    for one in others:
        if not hasattr(found, one):
            raise SoftgradError(f"there is no {one!r} in {first}: {did_you_mean(one, dir(found))}")
        found = getattr(found, one)
    return found
