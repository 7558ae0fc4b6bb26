"""Every line that the page of situations says to write runs as it stands there."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "boosting-situations.md"
TEXT = PAGE.read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (?!situation|---)(.+?) \| (.+) \| ([^|]*)\|$", TEXT, flags=re.MULTILINE)
CALL = re.compile(r"^(\w+ = )?(?!sg\.|params\()~?[\w.]+\(")


@pytest.fixture(scope="module")
def given() -> dict[str, object]:
    names: dict[str, object] = {}
    exec("\n".join(re.findall(r"^>>> (.*)$", TEXT, flags=re.MULTILINE)), names)
    return names


def lines_of(cell: str) -> list[str]:
    return [code for code in re.findall(r"`([^`]+)`", cell) if CALL.match(code)]


@pytest.mark.parametrize("row", ROWS, ids=[situation for situation, _, _ in ROWS])
def test_what_to_write_runs(
    row: tuple[str, str, str],
    given: dict[str, object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    _, cell, _ = row
    names = dict(given)
    for line in lines_of(cell):
        exec(line, names)


def test_there_is_something_to_run_for_nearly_all() -> None:
    assert len(ROWS) > 40
    assert sum(bool(lines_of(cell)) for _, cell, _ in ROWS) >= len(ROWS) - 3
