"""`softgrad check file.py`: all that the file defines, as the file stands."""

from __future__ import annotations

import json

import pytest

FILE = """
import argparse, numpy as np
import a_package_that_nobody_has as nobody
from math import tanh

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def sigmoid_prime(x):
    return sigmoid(x) * (1 - sigmoid(x))

def tanh_prime(x):
    return 1 - tanh(x)

def load(name: nobody.Path):
    return open(name).read()

class Dense:
    def __init__(self, n_in, n_out):
        self.w = np.random.default_rng(0).standard_normal((n_in, n_out))
    def forward(self, x):
        self.x = x
        return x @ self.w
    def backward(self, g):
        self.dw = self.x.T @ g / len(g)
        return g @ self.w.T

def lonely(x):
    return x

data = load("not/there.csv")
arguments = argparse.ArgumentParser()
arguments.add_argument("epochs")
arguments = arguments.parse_args()
def cube(x, w, b):
    return x ** 3

def cube_prime(x, w, b):
    return 3 * x ** 2

if __name__ == "__main__":
    raise ValueError
"""


ENDLESS = """
def square(x):
    return x ** 2

while True:
    pass

def square_prime(x):
    return 2 * x
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_all_pairs_of_a_file_that_does_not_run_through(command, file, tmp_path):
    told = command("check", str(file), "--json", str(tmp_path / "r.json"))
    assert told.code == 1
    found = {one["name"]: one for one in json.loads((tmp_path / "r.json").read_text())}
    verdicts = {name: one["report"] and one["report"]["verdict"] for name, one in found.items()}
    assert verdicts == {
        "sigmoid": "correct",
        "tanh": "wrong",
        "cube": None,
        "Dense": "correct",
        "Dense by w": "wrong",
    }
    assert "x, w, b" in found["cube"]["refusal"]
    for text in (
        "not run: mine.py, line 3: the package 'a_package_that_nobody_has' is not installed",
        "line 31: FileNotFoundError",
        "line 34: ends the program: exit(2)",
    ):
        assert text in told.err
    assert "could not be run" in told.out
    assert "FILE:tanh" in told.out


def test_a_loop_without_an_end_is_given_up_and_the_rest_is_checked(command, tmp_path):
    path = tmp_path / "endless.py"
    path.write_text(ENDLESS, encoding="utf-8")
    told = command("check", str(path), "--timeout", "12")
    assert told.code == 0
    assert told.err == "not run: endless.py, line 5: given up after 2 seconds\n"


def test_formats_for_programs(command, file):
    told = command("check", f"{file}:tanh", "--format", "github")
    assert told.code == 1
    assert told.out.startswith(f"::error file={file},line=12,")
    assert "did you mean junit?" in command("check", str(file), "--format", "junt").refused


def test_a_constructors_arguments(command, file):
    for init in ("6, 3", "n_in=6, n_out=3"):
        told = command("check", f"{file}:Dense", "--init", init, "--verbose")
        assert told.code == 1
        assert told.out.count("correct") == 2  # in the table, and all of the report
    for init, text in (("6, n_out=3", "all in order"), ("f(", "numbers"), ("'a', 'b'", "fails")):
        told = command("check", f"{file}:Dense", "--init", init)
        assert told.code == 2
        assert text in told.err


def test_what_has_no_derivative(command, file, tmp_path):
    told = command("check", f"{file}:lonely")
    assert told.code == 2
    assert "no derivative of 'lonely' was recognised" in told.err
    empty = tmp_path / "empty.py"
    empty.write_text("def alone(x):\n    return x\n", encoding="utf-8")
    assert "recognised among: alone" in command("check", str(empty)).refused
