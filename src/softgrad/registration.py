"""Names for activations and losses that are written outside the package."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, TypeVar, cast

from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.contracts.activation import Activation
from softgrad.contracts.declarations import FROZEN
from softgrad.contracts.loss import RowLoss
from softgrad.entries import Entries
from softgrad.errors import DefinitionError, InputTypeError, RegistrationError, UnknownNameError
from softgrad.other_names import OTHER_NAMES

Kind = TypeVar("Kind", bound=type[Activation] | type[RowLoss])


def register(kind: Kind) -> Kind:
    """Give a class of your own its name, as a decorator or by a call.

    From then on `OutputLayer("identity", "my_loss")`, `softgrad.pairs()`, the objectives of
    boosting, saved networks and the command line know it, with the defaults of its
    hyper-parameters. Kernels serve the catalogue alone: yours is computed by its definition.

    Running the same definition again, as in a notebook, puts the new class in the old one's place.

    Args:
        kind: a concrete subclass of Activation or RowLoss, with a `name`.

    Returns:
        The class itself.

    Raises:
        InputTypeError, DefinitionError: it is no such class, or no dataclass yet.
        RegistrationError: the name is taken, or is what others call an entry of the catalogue
            (`mse` for `squared_error`); or the class cannot be made without arguments.
    """
    table = _table_of(kind)
    name, taken = kind.name, _taken(kind)
    if taken:
        raise RegistrationError(
            f"the name {name!r} is taken by {taken}; give {class_path(kind)} another"
        )
    meant = [one for one in OTHER_NAMES.get(name, ()) if one in ACTIVATIONS or one in LOSSES]
    if meant:
        raise RegistrationError(
            f"the name {name!r} is what other libraries call softgrad's own {' or '.join(meant)}; "
            f"give {class_path(kind)} another"
        )
    if "__dataclass_fields__" not in vars(kind):
        raise DefinitionError(
            f"{kind.__name__} is no dataclass yet; write {FROZEN} above the class, and "
            "@softgrad.register above that"
        )
    needed = [one.name for one in fields(cast(Any, kind)) if _has_no_default(one)]
    if needed:
        raise RegistrationError(
            f"{kind.__name__} cannot be made without {', '.join(needed)}; a name stands for the "
            "defaults, so each hyper-parameter needs one: parameter(1.0, ...)"
        )
    kind()  # what its own checks refuse is refused here
    table.add(name, kind)
    return kind


def unregister(name: str) -> None:
    """Take back a name that `register` gave.

    Raises:
        UnknownNameError: no class from outside the package has it.
    """
    if not (ACTIVATIONS.remove(name) or LOSSES.remove(name)):
        raise UnknownNameError(f"no registered class is called {name!r}")


def class_path(kind: type) -> str:
    """Where the class was defined, `my_losses.MyLoss`: an earlier run of it has the same."""
    return f"{kind.__module__}.{kind.__qualname__}"


def registered(entry: Activation | RowLoss) -> bool:
    """Whether the entry's class, or one that was defined in the same place, has its name."""
    table: Entries[Any] = ACTIVATIONS if isinstance(entry, Activation) else LOSSES
    kind = table.get(entry.name)
    return kind is not None and class_path(kind) == class_path(type(entry))


def _table_of(kind: object) -> Entries[Any]:
    if not (isinstance(kind, type) and issubclass(kind, Activation | RowLoss)):
        is_object = isinstance(kind, Activation | RowLoss)
        hint = f": register({type(kind).__name__})" if is_object else ""
        raise InputTypeError(
            f"register got {kind!r}; expected a subclass of Activation or RowLoss{hint}"
        )
    unwritten: frozenset[str] = getattr(kind, "__abstractmethods__", frozenset())
    if unwritten:
        raise InputTypeError(
            f"{kind.__name__} is abstract: it lacks {', '.join(sorted(unwritten))}; expected a "
            "class that objects can be made of"
        )
    return ACTIVATIONS if issubclass(kind, Activation) else LOSSES


def _taken(kind: type[Activation] | type[RowLoss]) -> str:
    """Who has the name; nobody where it is an earlier run of the same definition."""
    for table in (ACTIVATIONS, LOSSES):
        found = cast("type[Any] | None", table.get(kind.name))
        if found is None:
            continue
        if not table.is_outside(kind.name):
            return f"softgrad's own {found.__name__}"
        if class_path(found) != class_path(kind):
            return class_path(found)
    return ""


def _has_no_default(one: Any) -> bool:
    return one.init and one.default is MISSING and one.default_factory is MISSING
