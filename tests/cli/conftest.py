from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from softgrad.cli import main


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def refused(self) -> str:
        """The message, of a command that was refused as every command must be refused."""
        assert self.code == 2, self
        assert self.err.startswith("softgrad: "), self
        assert self.err.count("\n") == 1, self
        assert "Traceback" not in self.err
        return self.err.removeprefix("softgrad: ").strip()


@pytest.fixture
def command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Outcome]:
    """Run a command as the console script does, in a terminal of 100 columns."""
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: str) -> Outcome:
        capsys.readouterr()
        code = main(arguments)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run


@pytest.fixture
def as_json(command: Callable[..., Outcome], tmp_path: Path) -> Callable[..., Any]:
    """What a command writes with --json."""

    def run(*arguments: str) -> Any:
        path = tmp_path / "told.json"
        done = command(*arguments, "--json", str(path))
        assert done.code == 0, done.err
        return json.loads(
            path.read_text(encoding="utf-8"),
            parse_constant=lambda name: pytest.fail(f"{name} is no JSON"),
        )

    return run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, which the commands run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
