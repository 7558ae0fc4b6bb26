"""What is run by `python -m` and by no command: it runs, and prints what the pages quote."""

from __future__ import annotations

import numpy as np
import pytest

from checking.derivatives import pull_back, softmax
from checking.mistakes import WRONG, Mistake
from checking.settings import Setting, point
from softgrad.evidence.experiments.checkers import CHECKERS, lets_through
from softgrad.evidence.experiments.checkers_compared import compare
from softgrad.evidence.speed import boosting, in_pytorch, small_calls
from softgrad.evidence.speed.timing import Effort

RIGHT = Mistake("", "vjp", softmax, pull_back)
SETTING = Setting(4, "spread")


@pytest.mark.parametrize("checker", CHECKERS)
def test_every_checker_passes_a_right_derivative_and_refuses_a_wrong_one(checker: str) -> None:
    x = point(SETTING, batch=False)
    assert lets_through(CHECKERS[checker], RIGHT, x)
    assert not lets_through(CHECKERS[checker], WRONG["passes_upstream_through"], x)


class FewDerivatives:
    """One that is wrong, one that is right."""

    wrong = {"passes_upstream_through": WRONG["passes_upstream_through"]}  # noqa: RUF012

    def wrong_in(self, setting: Setting) -> dict[str, Mistake]:
        return self.wrong

    def right_in(self, setting: Setting) -> dict[str, Mistake]:
        return {"right": RIGHT}

    def point(self, setting: Setting, claim: Mistake) -> np.ndarray:
        return point(setting, claim.batch)


def test_both_tables_of_the_checkers_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    compare(FewDerivatives(), [SETTING])
    printed = capsys.readouterr().out.splitlines()
    assert "| 4, spread | 1 | 0 | 0 | 0 | 0 | 0 | 1 |" in printed
    assert "| `passes_upstream_through` | `identity` | 1 | 1 |  |  |  |  |  |" in printed


def test_the_cost_of_an_objective_is_printed_for_each_library(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(boosting, "EFFORT", Effort(repeats=1, patience=0.0))
    boosting.main(["500", "3", "1"])
    printed = capsys.readouterr().out
    assert "500 rows x 10 features, 3 classes, 1 threads" in printed
    for library in boosting.LIBRARIES:
        assert f"\n{library} " in printed


def test_small_calls_are_compared_with_ours(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(small_calls, "CALLS", 1)
    small_calls.main()
    assert "1.00 x softgrad" in capsys.readouterr().out


def test_forward_and_backward_in_pytorch_are_compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(in_pytorch, "EFFORT", Effort(repeats=1, patience=0.0))
    monkeypatch.setattr(in_pytorch, "_compiled", dict)  # it takes seconds a row
    monkeypatch.setattr(in_pytorch, "SHAPES", ((4, 5),))
    monkeypatch.setattr(in_pytorch, "_SPARSE_SHAPE", (4, 5))
    in_pytorch.main([])
    printed = capsys.readouterr().out
    assert "cross-entropy and back, softgrad: " in printed
    for work in ("cross-entropy, soft targets", "focal", "softmax", "sparsemax", "entmax15"):
        assert f"\n{work} 4 x 5 float32: " in printed
    assert "\nsoftmax 4 x 5 bfloat16: " in printed
