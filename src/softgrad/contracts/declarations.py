"""What the class of an activation or a loss must say of itself, looked at when it is made.

A mistake in a class would otherwise show at its first call, as an AttributeError from a room that
its author has never heard of.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast, get_args

from softgrad.contracts.domains import Domain
from softgrad.contracts.forms import LivesOn
from softgrad.contracts.targets import TargetKind
from softgrad.errors import DefinitionError

FROZEN = "@dataclass(frozen=True, kw_only=True)"


@dataclass(frozen=True, slots=True)
class Declaration:
    """One class attribute that a concrete class has.

    Attributes:
        expected: what it is, and an example, as a message says it.
        fits: whether a value is one.
    """

    expected: str
    fits: Callable[[Any], bool]


def is_entry_name(value: object) -> bool:
    """Whether it can name an entry: snake_case, for it is typed in many places."""
    return isinstance(value, str) and value.isidentifier() and value == value.lower()


def _are_domains(value: object) -> bool:
    parts = cast("tuple[object, ...]", value) if isinstance(value, tuple) else ()
    return bool(parts) and all(isinstance(one, Domain) for one in parts)


_NAME = Declaration('a name in snake_case, such as "my_own"', is_entry_name)
OF_ACTIVATIONS: Mapping[str, Declaration] = {
    "name": _NAME,
    "domain": Declaration(
        "a Domain of softgrad.contracts.domains, such as REAL, POSITIVE, SIMPLEX or COINS",
        lambda value: isinstance(value, Domain),
    ),
    "rowwise": Declaration(
        "True where an output depends on its whole row, or False",
        lambda value: isinstance(value, bool),
    ),
}
OF_LOSSES: Mapping[str, Declaration] = {
    "name": _NAME,
    "accepts": Declaration(
        "a tuple of Domains, such as ANY_VALUES or PROBABILITIES of softgrad.contracts.domains",
        _are_domains,
    ),
    "lives_on": Declaration(
        "LivesOn.OUTPUT, LivesOn.LOG or LivesOn.LOGITS", lambda value: isinstance(value, LivesOn)
    ),
    "targets": Declaration(
        " or ".join(f'"{kind}"' for kind in get_args(TargetKind)),
        lambda value: value in get_args(TargetKind),
    ),
}


def check_class(kind: type, declarations: Mapping[str, Declaration]) -> None:
    """Raise for a concrete class that lacks what its contract asks for.

    Raises:
        DefinitionError: it names the class, and everything that is missing or is none of what it
            should be.
    """
    _check_nothing_final_is_replaced(kind)
    if "__init__" in vars(kind) and "__dataclass_fields__" not in vars(kind):
        raise DefinitionError(
            f"{kind.__name__} has an __init__ of its own; write {FROZEN} above the class, a field "
            "such as `scale: float = parameter(1.0, low=0.0)` for each hyper-parameter, and "
            "checks of several at once in `validate`"
        )
    if not is_concrete(kind):
        return
    wrong = [
        f"{name} ({one.expected})" for name, one in declarations.items() if not hasattr(kind, name)
    ]
    wrong += [f"the method {name}" for name in _unwritten_methods(kind)]
    if wrong:
        raise DefinitionError(f"{kind.__name__} lacks {'; '.join(wrong)}")
    for name, one in declarations.items():
        value = getattr(kind, name)
        if not isinstance(value, property) and not one.fits(value):
            raise DefinitionError(f"{kind.__name__}.{name} is {value!r}; expected {one.expected}")


def is_concrete(kind: type) -> bool:
    """Whether it names no ABC as a base, and has no abstract method of its own."""
    return ABC not in kind.__bases__ and not any(map(_is_abstract, vars(kind).values()))


def check_is_frozen_dataclass(kind: type) -> None:
    """Raise for a class whose objects are no values: what they are made of could not be told.

    Raises:
        DefinitionError: it is no dataclass, or one that is not frozen.
    """
    if "__dataclass_fields__" not in vars(kind):
        raise DefinitionError(f"{kind.__name__} is no dataclass; write {FROZEN} above the class")
    if not cast(Any, kind).__dataclass_params__.frozen:
        raise DefinitionError(
            f"{kind.__name__} could be changed after it is made; write {FROZEN} above the class"
        )


def _check_nothing_final_is_replaced(kind: type) -> None:
    for name in vars(kind):
        for base in kind.__mro__[1:]:
            if getattr(vars(base).get(name), "__final__", False):
                raise DefinitionError(
                    f"{kind.__name__} replaces {name}, which {base.__name__} derives from what "
                    f"its files supply; write what the docstring of {base.__name__} asks for"
                )


def _unwritten_methods(kind: type) -> list[str]:
    names: list[str] = [
        name for base in kind.__mro__ for name in getattr(base, "__abstractmethods__", ())
    ]
    return [name for name in sorted(set(names)) if _is_abstract(getattr(kind, name, None))]


def _is_abstract(value: object) -> bool:
    return bool(getattr(value, "__isabstractmethod__", False))
