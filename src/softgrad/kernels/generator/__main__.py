"""`python -m softgrad.kernels.generator FOLDER`: write what has changed there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.files import write_file
from softgrad.kernels.generator.entries import Written, written

_BY_HAND = Path(__file__).parents[1] / "cpp"


def main(folder: Path) -> None:
    """Write a file for each entry, two that list them, and `written` when one of them is new.

    A file of the same name in `cpp/activations` or `cpp/losses` takes its place in the lists: an
    override, which may derive from the generated struct.
    """
    files: dict[str, str] = {}
    for room, entries in (("activations", ACTIVATIONS), ("losses", LOSSES)):
        found = {name: made for name in entries if (made := written(name, entries[name], room))}
        for name, one in found.items():
            files[f"generated/{room}/{name}.hpp"] = one.text
        files[f"lists/{room}.hpp"] = "\n".join(_includes(found, room))
        files[f"lists/{room}.inc"] = "\n".join(_rows(found, room))
    changed = [_write(folder / name, text) for name, text in files.items()]
    if any(changed) or not (folder / "written").exists():
        write_file(folder / "written", "\n".join(files).encode())


def _is_by_hand(name: str, room: str) -> bool:
    return (_BY_HAND / room / f"{name}.hpp").exists()


def _includes(found: dict[str, Written], room: str) -> Iterator[str]:
    yield f"// Written by softgrad/kernels/generator: the {room} of its families.\n#pragma once\n"
    for name in found:
        yield f'#include "{"" if _is_by_hand(name, room) else "generated/"}{room}/{name}.hpp"'
    yield ""


def _rows(found: dict[str, Written], room: str) -> Iterator[str]:
    for name, one in found.items():
        struct = one.struct if _is_by_hand(name, room) else f"generated::{one.struct}"
        yield f'{one.family}<{struct}>::stages("{name}"),'
    yield ""


def _write(path: Path, text: str) -> bool:
    """Leave a file alone that has that text already: what includes it is not compiled anew."""
    if path.exists() and path.read_text() == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, text.encode())
    return True


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit("usage: python -m softgrad.kernels.generator FOLDER")
    main(Path(sys.argv[1]))
