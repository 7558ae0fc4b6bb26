"""`--import FILE.py`: names of the user's own on the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.nn import Network
from softgrad.registration import unregister

FILE = """
from dataclasses import dataclass
import softgrad
from beside import SCALE
from softgrad.contracts import DifferenceLoss, LivesOn, parameter
from softgrad.contracts.domains import ANY_VALUES

@softgrad.register
@dataclass(frozen=True, kw_only=True)
class Own(DifferenceLoss):
    "Half the square of the distance, times a scale."

    name = "own_square"
    accepts = ANY_VALUES
    lives_on = LivesOn.OUTPUT
    targets = "entries"

    scale: float = parameter(SCALE, low=0.0)

    def entry_value(self, r, t):
        return 0.5 * self.scale * r.minus(t) ** 2

    def entry_gradient(self, r, t):
        return self.scale * r.minus(t)

    def entry_hessian(self, r, t):
        return self.scale + 0.0 * r.p
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    (tmp_path / "my_losses.py").write_text(FILE, encoding="utf-8")
    (tmp_path / "beside.py").write_text("SCALE = 1.0", encoding="utf-8")
    yield tmp_path
    for name in {"my_losses", "beside", "broken", "silent"} & (set(sys.modules) - before):
        del sys.modules[name]
    for table in (ACTIVATIONS, LOSSES):
        for name in [name for name in table if table.is_outside(name)]:
            unregister(name)


IMPORT = ("--import", "my_losses.py")


def test_derive_knows_the_name_with_hyper_parameters(as_json):
    arguments = ("--activation", "identity", "--loss", "own-square:scale=2", "--target", "1,1")
    found = as_json("derive", "1", "3", *arguments, *IMPORT)
    assert found["gradient"] == [0.0, 4.0]
    assert found["loss"] == "Own(scale=2)"


def test_list_shows_it_and_what_it_pairs_with(command, as_json):
    found = as_json("list", *IMPORT)
    assert [one["name"] for one in found["losses"]][-1] == "own_square"
    assert "own_square" in found["pairs"]["softmax"]
    shown = command("list", "own_square", *IMPORT).out
    assert "my_losses.Own" in shown.splitlines()[0]
    assert "Half the square of the distance, times a scale." in shown


def test_train_saves_a_network_that_loads_where_the_name_is_known(command, here):
    done = command("train", "iris", "--loss", "own_square", "--epochs", "2", *IMPORT)
    assert done.code == 0, done.err
    network = Network.load(here / "softgrad-iris.safetensors")
    assert type(network.output.loss) is LOSSES["own_square"]
    assert network.predict(np.zeros((1, 4))).shape == (1, 3)


def test_several_files_are_imported_and_one_that_is_there_already_is_not_run_again(as_json, here):
    second = FILE.replace("own_square", "other_square").replace("class Own", "class Other")
    (here / "silent.py").write_text(second, encoding="utf-8")
    both = (*IMPORT, "--import", "silent.py", *IMPORT)
    names = [one["name"] for one in as_json("list", *both)["losses"]]
    assert names[-2:] == ["own_square", "other_square"]
    assert as_json("list", *both)["losses"][-1]["name"] == names[-1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "--import broken.py: expected a Python file, such as my_losses.py"),
        ("x = 1\ny = x / 0\n", "--import broken.py, line 2: ZeroDivisionError: division by zero"),
        ("def f(:\n", "--import broken.py, line 1: SyntaxError"),
        ("raise SystemExit(3)", "--import broken.py, line 1: SystemExit: 3"),
        ("x = 1\n", "it gives no names; write @softgrad.register above the class"),
        (FILE.replace("own_square", "focal"), "'focal' is taken by softgrad's own Focal"),
        (FILE.replace('    targets = "entries"\n', ""), "line 10: Own lacks targets"),
    ],
)
def test_a_file_that_gives_no_names_is_one_line(command, here, content, message):
    if content is not None:
        (here / "broken.py").write_text(content, encoding="utf-8")
    assert message in command("list", "--import", "broken.py").refused


def test_a_file_with_the_name_of_a_module_is_refused(command, here):
    (here / "json.py").write_text(FILE, encoding="utf-8")
    assert "a module 'json' is there already" in command("list", "--import", "json.py").refused


def test_a_loss_of_no_imported_file_is_unknown(command):
    arguments = ("derive", "1", "--loss", "own_square", "--target", "0")
    assert "no loss is called 'own_square'" in command(*arguments).refused
