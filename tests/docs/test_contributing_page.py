"""CONTRIBUTING.md lists the rooms that there are, in the order of the import contract."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "softgrad"


def rooms_of_the_page() -> list[str]:
    """The names in the first cells of the table of rooms."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = page.partition("| room |")[2].partition("\n\n")[0].splitlines()[2:]
    return [row.split("|")[1].strip().strip("`") for row in rows]


def rooms_of_the_contract() -> list[str]:
    """The layers of the contract, the highest first; those side by side by the alphabet."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = (
        one for one in told["tool"]["importlinter"]["contracts"] if one["type"] == "layers"
    )
    return [room for layer in contract["layers"] for room in sorted(layer.split(" | "))]


def test_the_page_lists_the_rooms_of_the_contract_in_its_order():
    named = [room.removesuffix("/").removesuffix(".py") for room in rooms_of_the_page()]
    assert named == rooms_of_the_contract()


def test_every_room_is_listed_and_every_listed_one_is_there():
    there = [f"{one.parent.name}/" for one in SOURCE.glob("*/__init__.py")]
    there += [one.name for one in SOURCE.glob("*.py") if one.name != "__init__.py"]
    assert sorted(rooms_of_the_page()) == sorted(there)
