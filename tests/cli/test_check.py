from __future__ import annotations

import json
import os
from types import SimpleNamespace

import pytest

FILE = """
import numpy as np

def softmax(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)

def right(z, g):
    p = softmax(z)
    return p * (g - np.sum(g * p, axis=-1, keepdims=True))

class MySoftmax:
    def compute(self, z):
        return softmax(z)
    def delta(self, z):
        return softmax(z) * (1 - softmax(z))
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_a_wrong_class_is_explained(command, file):
    told = command("check", f"{file}:MySoftmax")
    assert told.code == 1
    assert told.out.startswith("wrong: diagonal-only")
    assert "was taken for the function" in " ".join(told.out.split())


def test_a_right_pair_of_functions(command, file):
    told = command("check", f"{file}:softmax", "--derivative", "right")
    assert told.code == 0
    assert told.out.startswith("correct")


def test_the_report_as_json(command, file, tmp_path):
    command("check", f"{file}:MySoftmax", "--json", str(tmp_path / "report.json"))
    assert json.loads((tmp_path / "report.json").read_text())["diagnosis"] == "diagonal-only"


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("MySoftmacks", "did you mean MySoftmax?"),
        ("", "name what is to be checked"),
    ],
)
def test_what_is_not_there(command, file, what, text):
    assert text in command("check", f"{file}:{what}").refused


def test_no_such_file_and_a_broken_one(command, tmp_path):
    assert "no such file" in command("check", f"{tmp_path}/none.py:A").refused
    assert "this is a folder" in command("check", f"{tmp_path}:A").refused
    os.mkfifo(tmp_path / "pipe.py")
    assert "this is a pipe" in command("check", f"{tmp_path}/pipe.py:A").refused
    broken = tmp_path / "broken.py"
    broken.write_text("1 / 0", encoding="utf-8")
    assert "ZeroDivisionError" in command("check", f"{broken}:A").refused


def test_a_picture(command, file, tmp_path):
    path = tmp_path / "report.svg"
    told = command("check", f"{file}:MySoftmax", "--picture", str(path))
    assert "Difference" in path.read_text() or path.stat().st_size > 10_000
    assert f"picture: {path}" in "".join(told.out.split("\n"))
    assert "cannot draw" in command("check", f"{file}:MySoftmax", "--picture", "x.txt").refused


def test_several_files_and_one_without_a_derivative(command, file, tmp_path):
    plain = tmp_path / "plain.py"
    plain.write_text("answer = 42\n", encoding="utf-8")
    report = tmp_path / "report.json"
    assert command("check", str(plain)).code == 2
    assert command("check", str(plain), "--allow-none").code == 0
    told = command("check", str(plain), str(file), "--allow-none", "--json", str(report))
    assert told.code == 1
    found = json.loads(report.read_text())
    assert {one["path"] for one in found} == {str(file)}
    assert "wrong" in {one["report"]["verdict"] for one in found}


def test_all_that_was_tried_is_printed_where_it_is_asked_for(command, file):
    short = command("check", f"{file}:MySoftmax").out
    long = command("check", f"{file}:MySoftmax", "--verbose").out
    assert len(short.splitlines()) < 25 < len(long.splitlines())


def test_a_system_without_signals_is_told_to_check_in_python(command, file, monkeypatch):
    monkeypatch.setattr("softgrad.file_checking.process.sys", SimpleNamespace(platform="win32"))
    assert "softgrad.check does the same" in command("check", f"{file}:MySoftmax").refused
