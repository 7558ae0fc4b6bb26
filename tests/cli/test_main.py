from __future__ import annotations

import builtins
import subprocess
import sys

import pytest

import softgrad as sg

SOFTGRAD = (sys.executable, "-c", "import sys; from softgrad.cli import main; sys.exit(main())")


def start(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SOFTGRAD, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_help_names_the_commands_and_imports_nothing_heavy():
    script = (
        "import sys; from softgrad.cli import main; main(['--help']); "
        "print([m for m in ('scipy', 'sklearn', 'matplotlib', 'torch', 'jax') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    for command in ("train", "derive", "list", "noise", "config"):
        assert command in done.stdout


def test_a_command_loads_no_room_that_it_does_not_use():
    script = (
        "import sys; from softgrad.cli import main; main(['list']); "
        "print({m.split('.')[1] for m in sys.modules if m.startswith('softgrad.')} & "
        "{'evidence', 'nn', 'pictures', 'boosting'})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "set()"


def test_the_process_ends_with_the_exit_code():
    assert start("derive", "-1", "2").returncode == 0
    wrong = start("derive", "x")
    assert wrong.returncode == 2
    assert wrong.stderr == "softgrad: LOGITS: 'x' is not a number\n"
    assert wrong.stdout == ""


def test_a_reader_that_stops_early_is_no_error():
    shell = f"{sys.executable} -c \"from softgrad.cli import main; main(['list'])\" | head -1"
    done = subprocess.run(
        shell, shell=True, capture_output=True, text=True, timeout=60, check=False
    )
    assert "Traceback" not in done.stderr
    assert "activations" in done.stdout


def test_without_arguments_there_is_help(command):
    assert "derive" in command().out


def test_version_and_config(command):
    assert command("--version").out.strip() == sg.__version__
    assert f"softgrad: {sg.__version__}" in command("config").out


def test_a_wrong_command_and_a_wrong_option_are_answered_with_the_nearest(command):
    assert "derive" in command("derve", "1").refused
    message = command("list", "--jsn").refused.lower().replace("'", "")
    assert "did you mean --json" in message  # the quotes are those of Click's version


@pytest.mark.parametrize(
    ("module", "words", "extra"),
    [
        ("matplotlib", ("derive", "1", "--picture", "x.png"), "softgrad[pictures]"),
        ("sklearn", ("train", "digits"), "softgrad[sklearn]"),
        ("safetensors", ("train", "digits"), "softgrad[nn]"),
    ],
)
def test_a_missing_extra_says_what_to_install(command, monkeypatch, module, words, extra):
    for name in [one for one in sys.modules if one.split(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    real = builtins.__import__

    def absent(name, *rest, **keywords):
        if name.split(".")[0] == module:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *rest, **keywords)

    monkeypatch.setattr(builtins, "__import__", absent)
    monkeypatch.setitem(sys.modules, module, None)
    message = command(*words).refused
    assert module in message
    assert f"pip install '{extra}'" in message


def test_without_typer_main_says_what_to_install(monkeypatch, capsys):
    from softgrad.cli import main

    for name in [one for one in sys.modules if one.startswith("softgrad.cli.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "typer", None)
    assert main(["list"]) == 2
    assert capsys.readouterr().err == (
        "softgrad: the command line needs typer; install it by pip install 'softgrad[cli]'\n"
    )
