"""The folders of the C++ have an order: a file includes its own folder and those before it."""

from __future__ import annotations

import re
from pathlib import Path

CPP = Path(__file__).parents[2] / "src" / "softgrad" / "kernels" / "cpp"
#: "" has the files beside the folders: what a caller hands over, and which build it goes to.
ORDER: tuple[tuple[str, ...], ...] = (
    ("",),
    ("arithmetic",),
    ("threads",),
    ("stages",),
    ("activations", "losses"),
    ("loops",),
    ("python",),
)
FOLDERS = {folder: rank for rank, side_by_side in enumerate(ORDER) for folder in side_by_side}


def folder_of(path: Path) -> str:
    """The innermost folder of the order in a path: what is written at build time names it, too."""
    named = [part for part in path.parent.parts if part in FOLDERS]
    return named[-1] if named else ""


def from_here(file: Path, included: str) -> Path:
    """An included path from where the including file stands, without what leads up."""
    parts: list[str] = list(file.parent.parts)
    for part in Path(included).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return Path(*parts)


def may_include(own: str, other: str) -> bool:
    return own == other or FOLDERS[other] < FOLDERS[own]


def wrong_includes(file: Path, text: str) -> list[str]:
    """What a file, by its path under the root, includes against the order."""
    own = folder_of(file)
    return [
        included
        for included in re.findall(r'^\s*#include "([^"]+)"', text, re.MULTILINE)
        if not may_include(own, folder_of(from_here(file, included)))
    ]


def sources() -> list[Path]:
    return sorted(path for path in CPP.rglob("*") if path.suffix in (".hpp", ".cpp"))


def test_every_folder_has_its_place() -> None:
    there = {path.relative_to(CPP).parts[0] for path in sources() if path.parent != CPP}
    assert there == set(FOLDERS) - {""}


def test_every_include_goes_down_the_order() -> None:
    wrong = {
        str(path.relative_to(CPP)): found
        for path in sources()
        if (found := wrong_includes(path.relative_to(CPP), path.read_text(encoding="utf-8")))
    }
    assert wrong == {}


def test_an_include_up_or_sideways_is_seen() -> None:
    text = '#include <cmath>\n#include "../loops/store.hpp"\n  #include "../losses/huber.hpp"\n'
    assert wrong_includes(Path("activations/relu.hpp"), text) == [
        "../loops/store.hpp",
        "../losses/huber.hpp",
    ]
    assert wrong_includes(Path("jobs.hpp"), '#include "stages/tile.hpp"\n') == ["stages/tile.hpp"]
    assert wrong_includes(Path("loops/flat.hpp"), text) == []
