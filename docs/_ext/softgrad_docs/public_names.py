"""The rooms whose names are public, and those names."""

from __future__ import annotations

import inspect
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import softgrad
from softgrad.catalogue import public_names as names_of_the_catalogue

# Keras cannot be imported without one that is installed.
os.environ.setdefault("KERAS_BACKEND", "jax")

# Rooms of the package's own; what users need of them is public elsewhere.
INTERNAL = frozenset({"activations", "arrays", "cli", "evidence", "files", "layer", "losses"})
# Modules inside of rooms, or without a list of names, that pages tell users to import from.
_MODULES = (
    "softgrad.catalogue",
    "softgrad.contracts.domains",
    "softgrad.errors",
    "softgrad.nn.data",
    "softgrad.registration",
)


@dataclass(frozen=True)
class Room:
    """A module with its public names, sorted without regard to case."""

    module: str
    names: tuple[str, ...]


@cache
def rooms() -> Sequence[Room]:
    """softgrad itself, its public packages, and the public modules in them."""
    packages = [
        f"softgrad.{found.name}"
        for found in iter_modules(softgrad.__path__)
        if found.ispkg and not found.name.startswith("_") and found.name not in INTERNAL
    ]
    modules = ["softgrad", *sorted({*packages, *_MODULES})]
    found = (Room(name, tuple(sorted(_names(name), key=str.lower))) for name in modules)
    return [room for room in found if room.names]


def home(thing: object, name: str) -> str:
    """The first room with that name for that thing: where its documentation is."""
    found = (room.module for room in rooms() if name in room.names)
    return next(module for module in found if getattr(import_module(module), name) is thing)


def _names(name: str) -> list[str]:
    module = import_module(name)
    listed = getattr(module, "__all__", None) or _defined_in(module)
    if name == "softgrad":  # the catalogue's names have pages of their own
        return sorted(set(listed) - set(names_of_the_catalogue()))
    return list(listed)


def _defined_in(module: ModuleType) -> list[str]:
    """Classes and functions that the module defines, and its constants."""
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and _is_own(name, value, module)
    ]


def _is_own(name: str, value: object, module: ModuleType) -> bool:
    if inspect.isclass(value) or inspect.isfunction(value):
        return value.__module__ == module.__name__
    of = type(value).__module__
    return name.isupper() and (of == "builtins" or of.startswith("softgrad."))
