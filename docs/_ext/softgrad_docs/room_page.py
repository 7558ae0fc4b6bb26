"""The page of a public module: its own words, and every name with its signature and docstring."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from softgrad_docs.docstrings import as_restructured_text
from softgrad_docs.public_names import Room, home, rooms
from softgrad_docs.restructured import block, code, heading, page, table


def room_page(room: Room) -> str:
    module = import_module(room.module)
    about = "\n".join(as_restructured_text(inspect.getdoc(module).splitlines()))
    return page(
        heading(room.module),
        about,
        f".. py:module:: {room.module}",
        table(("name", "what it is"), [_row(room, name) for name in room.names]),
        *(_documented(room, name) for name in room.names),
    )


def _row(room: Room, name: str) -> tuple[str, str]:
    thing = getattr(import_module(room.module), name)
    link = f":py:obj:`{name} <{room.module}.{name}>`"
    if not callable(thing):
        return link, "names, and what they stand for" if isinstance(
            thing, Mapping
        ) else "a constant"
    first = (inspect.getdoc(thing) or "").partition("\n\n")[0]
    return link, " ".join(as_restructured_text(first.splitlines()))


def _documented(room: Room, name: str) -> str:
    thing = getattr(import_module(room.module), name)
    elsewhere = home(thing, name)
    if elsewhere != room.module:
        kind = "class" if inspect.isclass(thing) else "function"
        same = f"The same as :py:obj:`{elsewhere}.{name}`."
        return block(f"py:{kind}:: {name}", same)
    if inspect.isclass(thing):
        members = ", ".join(_members(thing))
        listed = f"\n   :members: {members}" if members else ""
        return f".. autoclass:: {name}\n   :show-inheritance:{listed}"
    if callable(thing):
        return f".. autofunction:: {name}"
    return block(f"py:data:: {name}", _value(thing))


def _value(thing: Any) -> str:
    text = ", ".join(map(str, thing)) if isinstance(thing, Mapping) else str(thing)
    return code(text if len(text) < 300 else f"{text[:300]} ...")


def _members(kind: type) -> list[str]:
    """Public methods and properties, and those of bases that are not public themselves."""
    found: dict[str, None] = {}
    public = {
        id(getattr(import_module(room.module), name)) for room in rooms() for name in room.names
    }
    for base in kind.__mro__:
        is_own = base is kind or id(base) not in public
        if is_own and base.__module__.startswith("softgrad."):
            found |= dict.fromkeys(name for name, one in vars(base).items() if _is_told(name, one))
    return [name for name in found if getattr(kind, name).__doc__]


def _is_told(name: str, one: object) -> bool:
    methods = (classmethod, staticmethod, property)
    return not name.startswith("_") and (inspect.isfunction(one) or isinstance(one, methods))
