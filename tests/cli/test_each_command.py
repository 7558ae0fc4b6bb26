"""Every command that is listed runs: with the oldest peers that are allowed as with the newest."""

from __future__ import annotations

import pytest
import typer

from softgrad.cli.application import application
from softgrad.cli.commands import COMMANDS
from softgrad.nn import Dense, Network

EXAMPLES = {
    "predict": ("m.safetensors", "d.csv"),
    "train": ("iris", "--epochs", "2", "--hidden", "4"),
    "check": ("mine.py:square", "--derivative", "slope"),
    "derive": ("1", "2", "3", "--loss", "squared-error", "--target", "2", "--second"),
    "list": (),
    "explore": ("--port", "0", "--idle", "0"),
    "noise": ("--seeds", "1", "--epochs", "1"),
    "boost": ("--fast", "--library", "lightgbm"),
    "accuracy": (),
    "bench": ("--quick", "--only", "softmax 2x3", "--peers", "none", "--repeats", "1"),
    "config": (),
}
FILE = """
def square(z):
    return z * z

def slope(z, g):
    return 2.0 * z * g
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(FILE, encoding="utf-8")
    (tmp_path / "d.csv").write_text("x\n1\n", encoding="utf-8")
    network = Network([Dense(1)], ("identity", "squared_error"), inputs=1)
    table = {"columns": [{"name": "x", "categories": [], "unit": "", "fill": []}], "target": "y"}
    notes = {"classes": [], "input_centre": [0.0], "input_spread": [1.0]}
    network.notes = notes | {"table": table | {"missing": "refuse"}}
    network.save(tmp_path / "m.safetensors")


@pytest.mark.parametrize("name", [one.name for one in COMMANDS])
def test_each_command_runs_and_explains_itself(command, here, name):
    done = command(name, *EXAMPLES[name])
    assert done.code == 0, done.err
    assert done.out
    assert "Usage: softgrad" in command(name, "--help").out


@pytest.mark.parametrize("name", [one.name for one in COMMANDS])
def test_nothing_in_a_help_text_is_taken_for_markup_and_left_out(name):
    commands = typer.main.get_command(application()).commands
    for one in commands[name].params:
        assert "[" not in (getattr(one, "help", None) or ""), one.name
