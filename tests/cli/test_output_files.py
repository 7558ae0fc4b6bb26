"""Every command that writes a file refuses before its work what cannot be written after it."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path

import pytest

import softgrad
from softgrad.cli import output_files
from softgrad.cli.failure import CommandError
from softgrad.nn import Network

MINE = """
def f(x):
    return x * x
class F:
    def forward(self, x):
        return x * x
    def derivative(self, x):
        return 2 * x
"""
BENCH = ("bench", "--quick", "--only", "softmax hvp", "--peers", "none")
OUTPUTS = [
    (("train", "iris"), "--model", "model"),
    (("train", "iris"), "--picture", "picture"),
    (("derive", "1", "2"), "--picture", "picture"),
    (("noise", "--fast"), "--picture", "picture"),
    (BENCH, "--json", "JSON file"),
    (BENCH, "--picture", "picture"),
    (("check", "mine.py:F"), "--json", "JSON file"),
    (("check", "mine.py:F"), "--picture", "picture"),
]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(MINE, encoding="utf-8")
    return tmp_path


def ending(option: str) -> str:
    return ".png" if option == "--picture" else ""


@pytest.mark.parametrize(("words", "option", "what"), OUTPUTS)
def test_what_cannot_be_written_is_refused_in_one_line_before_the_work(
    command, here, words, option, what
):
    name = f"pipe{ending(option)}"
    os.mkfifo(name)
    (here / f"folder{ending(option)}").mkdir()
    before = sorted(here.iterdir())
    for path, why in (
        (name, "it is a pipe"),
        (f"folder{ending(option)}", "it is a folder"),
        (f"no folder/x{ending(option)}", "no folder does not exist"),
        (f"mine.py/x{ending(option)}", "Not a directory"),
        ("n" * 300 + ending(option), "File name too long"),
    ):
        done = command(*words, option, path)
        assert (
            done.refused
            == f"{what} {path} cannot be written: "
            + done.refused.partition(" cannot be written: ")[2]
        )
        assert why in done.refused
        assert done.out == ""
    assert sorted(here.iterdir()) == before
    assert stat.S_ISFIFO(Path(name).stat().st_mode)


@pytest.mark.parametrize("words", [BENCH, ("check", "mine.py:F")])
@pytest.mark.parametrize(("path", "why"), [("-", "standard output"), ("/dev/full", "a device")])
def test_results_go_to_files_alone(command, here, words, path, why):
    assert why in command(*words, "--json", path).refused


def test_no_output_takes_the_place_of_what_is_read_or_of_another_output(command, here):
    (here / "link.py").symlink_to("mine.py")
    for path in ("mine.py", "link.py", "./mine.py"):
        told = command("check", "mine.py:F", "--json", path).refused
        assert "cannot be written: it is the file that is read" in told
    (here / "data.csv").write_text("a,b\n1,2\n2,3\n", encoding="utf-8")
    words = ("train", "data.csv", "--target", "b")
    assert "is read" in command(*words, "--model", "data.csv").refused
    told = command("train", "iris", "--model", "x.png", "--picture", "x.png").refused
    assert told == "picture x.png cannot be written: it is where the model goes"
    assert (here / "mine.py").read_text() == MINE


@pytest.mark.parametrize(
    ("words", "option", "name"),
    [
        (("check", "mine.py:F"), "--json", "told"),
        (("check", "mine.py:F"), "--picture", "told.svg"),
        (("derive", "1", "2"), "--picture", "told.png"),
    ],
)
def test_a_command_follows_links_and_keeps_the_mode(command, here, words, option, name):
    (here / "real").write_text("old", encoding="utf-8")
    (here / "real").chmod(0o640)
    (here / name).symlink_to("real")
    assert command(*words, option, name).code == 0
    assert (here / name).is_symlink()
    assert (here / "real").stat().st_mode & 0o777 == 0o640
    assert (here / "real").stat().st_size > 100


def test_a_write_that_fails_is_one_line_and_leaves_the_old_file(command, here, monkeypatch):
    (here / "told").write_text("old", encoding="utf-8")

    def no_space(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    done = command("check", "mine.py:F", "--json", "told")
    assert done.refused == "told cannot be written: No space left on device"
    assert done.out.startswith("correct")  # the work is not lost
    assert (here / "told").read_text() == "old"


def test_a_network_that_its_file_has_no_room_for_is_saved_elsewhere(command, here, monkeypatch):
    (here / "old.st").write_text("old", encoding="utf-8")
    sync, times = os.fsync, []

    def no_space_once(handle):
        times.append(handle)
        if len(times) == 1:
            raise OSError(28, "No space left on device")
        sync(handle)

    monkeypatch.setattr(os, "fsync", no_space_once)
    monkeypatch.setattr("softgrad.cli.training_run.gettempdir", lambda: str(here))
    done = command("train", "iris", "--epochs", "1", "--hidden", "4", "--model", "old.st")
    told, _, place = done.refused.partition("; the network was saved to ")
    assert told == "old.st cannot be written: No space left on device"
    assert Network.load(place).outputs == 3
    assert (here / "old.st").read_text() == "old"


def test_a_name_with_signs_of_markup_is_printed_as_it_is(command, here):
    done = command("check", "mine.py:F", "--json", "[bold]:smile:")
    assert "JSON: [bold]:smile:" in done.out
    assert json.loads((here / "[bold]:smile:").read_text())["verdict"] == "correct"


def test_an_absent_output_is_none(here):
    output_files.check_outputs({"picture": None, "model": Path("x")})
    with pytest.raises(CommandError):
        output_files.check_outputs({"picture": None, "model": Path()})


def test_all_writing_goes_through_one_room():
    writes = re.compile(
        r"\.write_(text|bytes)\(|open\([^)\n]*[\"'][wax]b?[\"']|mkstemp|NamedTemporary|np\.save"
        r"|savetxt|savefig\((?!drawn)"
    )
    root = Path(softgrad.__file__).parent
    found = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if path.parent.name != "files" and writes.search(path.read_text(encoding="utf-8"))
    }
    # What nobody asked to have: a file in a folder that goes with the process, and /proc.
    assert found == {"explorer/pasted.py", "file_checking/confinement/confining.py"}
