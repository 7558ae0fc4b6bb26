"""docs/pytorch-battery.md says what the tests hold, as tools/torch_battery.py writes it."""

from collections import Counter
from pathlib import Path

from battery.cases import KINDS
from battery.judgement import expected_outcome
from battery.table import QUICK, all_cases
from battery.traced import COMPILED

PAGE = Path(__file__).parents[2] / "docs" / "pytorch-battery.md"


def tables() -> list[list[list[str]]]:
    """The cells of each table, the head included."""
    found: list[list[list[str]]] = []
    for block in PAGE.read_text(encoding="utf-8").split("\n\n"):
        lines = block.strip().splitlines()
        if lines and lines[0].startswith("| |"):
            rows = [line for line in lines if not line.startswith("|---")]
            found.append([[cell.strip() for cell in row.split("|")[1:-1]] for row in rows])
    return found


def test_the_rows_are_the_transformations_and_the_columns_the_kinds() -> None:
    for table, names in zip(tables(), (QUICK, COMPILED), strict=True):
        assert [row[0].strip("`") for row in table[1:]] == list(names)
        assert [head.rpartition(" (")[0] for head in table[0][1:]] == list(KINDS)


def test_the_columns_count_every_function() -> None:
    counts = Counter(case.kind for case in all_cases())
    told = {kind: int(number.strip("()")) for kind, _, number in map(_halves, tables()[0][0][1:])}
    assert told == counts


def _halves(head: str) -> tuple[str, str, str]:
    return head.rpartition(" ")


def test_every_cell_says_what_is_tested() -> None:
    said = {
        (row[0].strip("`"), kind): cell
        for table in tables()
        for row in table[1:]
        for kind, cell in zip(KINDS, row[1:], strict=True)
    }
    for case in all_cases():
        for name in (*QUICK, *COMPILED):
            assert said[name, case.kind] == expected_outcome(name, case), (name, case.name)
