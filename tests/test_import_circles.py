"""Files import each other in one direction: what only types need and what is imported in the
middle of a function counts, for it says as much about what knows what."""

from __future__ import annotations

import ast
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "softgrad"
#: A sum or product of operators is an operator, of kinds that are derived from it; a loss finds its
#: derivatives by a chain rule over the losses that it is a sum of, and has an activation check its
#: arguments: there the circle is in what they are.
OF_ONE_NATURE = {"operators", "contracts"}


@cache
def modules() -> dict[str, Path]:
    """Every file by its name as a module; compiled ones are there by their stubs."""
    found: dict[str, Path] = {}
    for path in (*SOURCE.rglob("*.py"), *SOURCE.rglob("*.pyi")):
        parts = path.relative_to(SOURCE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(text: str, known: set[str]) -> set[str]:
    """The modules that are imported anywhere in a file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in known else node.module)
    return found & known


@cache
def graph() -> dict[str, set[str]]:
    """What each module imports."""
    known = set(modules())
    return {
        name: imports_of(path.read_text(encoding="utf-8"), known) - {name}
        for name, path in modules().items()
    }


def circle_in(imports: dict[str, set[str]]) -> list[str]:
    """The modules of a circle in their order; none where there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def room_of(name: str) -> str:
    return (*name.split("."), "")[1]


def test_a_circle_is_seen_wherever_it_is_hidden():
    known = {"softgrad.a", "softgrad.b"}
    hidden = {
        "softgrad.a": "if TYPE_CHECKING:\n    from softgrad.b import B",
        "softgrad.b": "def f():\n    from softgrad import a",
    }
    imports = {name: imports_of(text, known) for name, text in hidden.items()}
    assert set(circle_in(imports)) == known


@pytest.mark.parametrize("room", sorted({room_of(name) for name in modules()} - OF_ONE_NATURE))
def test_the_files_of_a_room_import_without_circles(room: str):
    own = {name for name in modules() if room_of(name) == room}
    assert circle_in({name: graph()[name] & own for name in own}) == []


def test_no_circle_goes_through_several_rooms():
    """Rooms in their order hold themselves to it; the few files beside them have no contract."""
    rooms: dict[str, set[str]] = {}
    for name, imported in graph().items():
        within = rooms.setdefault(room_of(name), set())
        within.update(room_of(one) for one in imported)
    assert circle_in({room: rest - {room, ""} for room, rest in rooms.items() if room}) == []


def test_rooms_that_may_have_circles_have_some():
    for room in OF_ONE_NATURE:
        own = {name for name in modules() if room_of(name) == room}
        assert circle_in({name: graph()[name] & own for name in own}), f"{room} has none any more"


def test_a_model_knows_neither_training_nor_files():
    reached: set[str] = set()
    ahead = {"softgrad.nn.model"}
    while ahead:
        name = ahead.pop()
        reached.add(name)
        ahead |= graph()[name] - reached
    known = {name.rpartition(".")[2] for name in reached if room_of(name) == "nn"}
    assert known.isdisjoint({"training", "optimisers", "settings", "storage", "network"})
    assert room_of("softgrad.files.json_text") not in {room_of(name) for name in reached}
