"""What commands print: in any encoding, in 80 columns, and free of commands to the terminal."""

from __future__ import annotations

import io
import sys

import numpy as np
import pytest
from rich.console import Console

from softgrad.cli import main
from softgrad.cli.plain_text import printable, spelled_for
from softgrad.cli.training_report import confusion_tables

COMMANDS = [
    ("list",),
    ("list", "pairs"),
    ("list", "losses"),
    ("list", "entmax"),
    ("derive", "1", "2", "--loss", "focal", "--second"),
    ("train", "iris", "--epochs", "2", "--hidden", "4"),
    ("train", "--help"),
    ("--help",),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
def test_no_encoding_stops_a_command_and_80_columns_hold_it(here, monkeypatch, words, encoding):
    monkeypatch.setenv("COLUMNS", "80")
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding))
    assert main(words) == 0
    sys.stdout.flush()
    lines = written.getvalue().decode(encoding).splitlines()
    assert "?" not in lines[0]
    # What is said in a line of its own is broken by the terminal, at a place where it is not cut.
    tables = [line for line in lines if not line.startswith(("epoch", "gradient", "network"))]
    assert max(map(len, tables)) <= 80


@pytest.mark.parametrize(
    ("text", "spelled"),
    [("● → ·", "* -> ."), ("α² ≥ Γ", "alpha^2 >= Gamma"), ("Zürich", "Zurich"), ("日", "\\u65e5")],
)
def test_signs_have_plain_spellings_and_none_that_an_encoding_has(text, spelled):
    assert spelled_for(text, "ascii") == spelled
    assert spelled_for("Zürich", "latin-1") == "Zürich"
    assert spelled_for(text, "utf-8") == text


def test_what_a_terminal_takes_for_a_command_is_spelled_out(command, here):
    wild = "\x1b[31mred\x07"
    rows = "".join(f"{k},{wild if k % 2 else 'blue'}\n" for k in range(20))
    (here / "data.csv").write_text(f"x,{wild}\n{rows}", encoding="utf-8")
    words = ("train", "data.csv", "--epochs", "1", "--hidden", "0", "--model", "m.safetensors")
    done = command(*words, "--target", wild)
    assert done.code == 0, done.err
    assert "\\x1b[31mred\\x07" in done.out
    told = command(*words, "--target", "y")
    shown = command("predict", "m.safetensors", "data.csv")
    assert shown.code == 0
    for text in (done.out, shown.out, told.refused):
        assert all(line.isprintable() for line in text.splitlines())
    assert printable("a\tb\u202e") == "a\\tb\\u202e"


@pytest.mark.parametrize("name", ["", "a name that is rather long "])
def test_every_count_of_a_matrix_of_20_classes_is_shown_in_80_columns(name):
    counts = 1000 + np.arange(400).reshape(20, 20)
    out = Console(file=io.StringIO(), width=80)
    for table in confusion_tables(counts, [f"{name}c{k}" for k in range(20)], out.width):
        out.print(table)
    text = out.file.getvalue()
    assert max(map(len, text.splitlines())) <= 80
    assert all(text.count(str(count)) == 1 for count in counts.flat)
    assert all(f"c{k}" in text for k in range(20))


def test_columns_of_a_matrix_have_the_classes_names_where_these_fit():
    (table,) = confusion_tables(np.eye(3, dtype=int), ["one", "two", "three"], 80)
    assert [str(column.header) for column in table.columns][1:] == ["one", "two", "three"]
