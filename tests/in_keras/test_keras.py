"""Keras on each backend: NumPy's numbers, models that train, and models that are saved."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import softgrad as sg
from keras_cases import CASES, LABELS, TAGS_OF_WORDS, WEIGHTS, WORDS, X, Y
from softgrad import OutputLayer

HERE = Path(__file__).parent
# Of Keras, about itself and NumPy.
IGNORED = "ignore:__array__ implementation doesn't accept:DeprecationWarning"


def run(backend: str, folder: Path, *program: str) -> subprocess.CompletedProcess[str]:
    paths = [str(HERE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    own = {
        "KERAS_BACKEND": backend,
        "KERAS_HOME": str(folder),
        "PYTHONPATH": os.pathsep.join(paths),
    }
    command = [sys.executable, "-W", "error", "-W", IGNORED, *program]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **own})


@pytest.fixture(scope="module", params=["jax", "torch"])
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What `session.py` gave on that backend."""
    folder = tmp_path_factory.mktemp("keras")
    result = run(request.param, folder, str(HERE / "session.py"), str(folder))
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


def same(actual: Any, expected: Any) -> None:
    np.testing.assert_allclose(actual, expected, rtol=3e-6, atol=1e-7)


def first_step(gradient: np.ndarray) -> np.ndarray:
    """Weights of zeros after a step of length 1 down a mean over rows."""
    return -X.T @ gradient / len(X)


@pytest.mark.parametrize("k", range(len(CASES)), ids=lambda k: f"{k} {CASES[k].loss}")
def test_values_and_gradients_are_those_of_numpy(found: Any, k: int) -> None:
    case = CASES[k]
    layer = OutputLayer(case.activation, case.loss, **case.settings)
    value, gradient = layer.value_and_gradient(case.z, case.target)
    same(found["values"][k], value / case.entries)
    same(found["slopes"][k], gradient / case.entries)


def test_losses_that_keras_has_are_its_own(found: Any) -> None:
    ours, theirs = zip(*found["beside keras"], strict=True)
    assert len(ours) == 3
    same(ours, theirs)


@pytest.mark.parametrize("form", LABELS)
def test_the_first_step_of_fit_is_down_the_gradient(found: Any, form: str) -> None:
    gradient = OutputLayer("entmax", "fenchel_young").gradient(np.zeros((len(X), 3)), Y)
    same(found["steps"][form], first_step(gradient))


def test_samples_and_classes_are_weighed(found: Any) -> None:
    gradient = OutputLayer("softmax", "focal").gradient(np.zeros((len(X), 3)), Y)
    same(found["weighted step"], first_step(WEIGHTS[:, None] * gradient))
    by_class = np.where(Y == 1, 3.0, 1.0)
    same(found["class-weighted step"], first_step(by_class[:, None] * gradient))


def test_a_saved_model_is_the_same_one(found: Any) -> None:
    saved = found["saved"]
    assert saved["logits"] == saved["logits before"]
    assert saved["config"]
    assert saved["activation"] == "LeakyReLU(slope=0.25)"


def test_padded_steps_count_nothing(found: Any) -> None:
    loss = sg.Focal(gamma=1.5) + 0.01 * sg.z_loss
    layer = OutputLayer("softmax", loss, label_smoothing=0.125)
    rows = layer.value(np.array(found["saved"]["logits"]), TAGS_OF_WORDS)
    same(found["saved"]["loss"], rows[WORDS != 0].mean())


def test_a_masked_class_has_no_share(found: Any) -> None:
    same(found["kept"], sg.softmax(CASES[0].z, where=np.array([True, False, True])))


@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
def test_a_network_trains(found: Any, policy: str) -> None:
    trained = found[policy]
    assert trained["losses"][-1] < 0.3 * trained["losses"][0]
    assert trained["loss"].endswith("float32")
    assert trained["model"].endswith("float32" if policy == "float32" else "float16")


def test_labels_are_not_rounded_to_16_bits(found: Any) -> None:
    layer = OutputLayer("softmax", "focal")
    same(found["half labels"], layer.value(np.zeros((1, 3000)), [2049])[0])


@pytest.mark.parametrize(
    ("case", "parts"),
    [
        ("range", ("TargetError", "label 3 at row 2 is out of range: there are 3 classes")),
        ("range, in fit", ("TargetError", "label 3 at row", "there are 3 classes")),
        ("whole", ("TargetError", "y_true is 1.5 at row 1", "whole numbers")),
        ("shape", ("TargetError", "y_true has shape (4, 2) for y_pred of shape (4, 3)", "labels")),
        ("pair", ("PairError", "hinge")),
        ("backend", ("CapabilityError", "Keras runs on tensorflow", "KERAS_BACKEND")),
        ("config", ("StorageError", "softmx", "a name of the catalogue")),
    ],
)
def test_errors_say_what_came(found: Any, case: str, parts: tuple[str, ...]) -> None:
    assert all(part in found["messages"][case] for part in parts), found["messages"][case]


def test_a_backend_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = run("tensorflow", tmp_path, "-c", "import softgrad.keras")
    last = result.stderr.splitlines()[-1]
    assert "KERAS_BACKEND" in last
    assert last.startswith("softgrad.errors.")
