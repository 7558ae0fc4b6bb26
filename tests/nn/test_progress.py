"""The bar is there for people only, and optional packages are asked for only where needed."""

import io
import subprocess
import sys

import numpy as np
import pytest

from softgrad.errors import MissingPackageError
from softgrad.nn import Dense, Network
from softgrad.nn.requirements import require

X = np.random.default_rng(0).normal(size=(20, 3))
LABELS = np.arange(20) % 3


class Terminal(io.StringIO):
    def isatty(self):
        return True


def fit(**settings):
    return Network([Dense(3)]).fit(X, LABELS, epochs=2, **settings)


def test_a_terminal_sees_loss_and_accuracy_and_how_it_ended(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    fit(validation_split=0.2)
    shown = screen.getvalue()
    assert all(word in shown for word in ("2/2", " loss=", "accuracy=", "val_loss="))
    assert "trained for 2 epochs" in shown


@pytest.mark.parametrize("settings", [{"progress": False}, {}])
def test_nothing_is_shown_unless_wanted_and_on_a_terminal(settings, monkeypatch):
    screen = Terminal() if settings else io.StringIO()
    monkeypatch.setattr(sys, "stderr", screen)
    fit(**settings)
    assert screen.getvalue() == ""


def test_without_tqdm_there_is_no_bar_and_no_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert fit().epochs == 2


def test_a_package_that_is_missing_is_named_with_the_remedy():
    with pytest.raises(
        MissingPackageError, match=r"LBFGS needs the package scpy; .*softgrad\[nn\]"
    ):
        require("no_such_scipy", "scpy", "LBFGS")


def test_optional_packages_are_not_imported_before_they_are_used():
    code = (
        "import sys, numpy as np, softgrad.nn as nn;"
        "nn.Network([nn.Dense(2)]).fit(np.eye(4), [0, 1, 0, 1], epochs=1);"
        "print([m for m in ('scipy', 'safetensors', 'tqdm', 'sklearn') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
