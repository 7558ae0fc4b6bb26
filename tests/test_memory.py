"""No n x n array is ever allocated but by `to_dense`: peak memory at n = 100,000 is O(n)."""

from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from laws.cases import sign_of_targets
from softgrad import OutputLayer, pairs
from softgrad.catalogue import ACTIVATIONS, LOSSES

N = 100_000
ROW = 8 * N
# An n x n array would be 100,000 rows; temporaries of operators of rank 8 are a few dozen.
MOST_ROWS = 250
# Each loss and each activation that works on whole rows once: a pair is made of both.
PAIRS = [
    (a, b) for a, b in pairs() if LOSSES[b].row_length is None and a in ("softmax", "identity")
]
# There are n^2 pairs, which take their time: tests/losses/test_pairwise_logistic.py.
PAIRS = [(a, b) for a, b in PAIRS if b != "pairwise_logistic"]
PAIRS = [(a, b) for a, b in PAIRS if a == "softmax" or ("softmax", b) not in PAIRS]
PAIRS += [(a, "squared_error") for a in ACTIVATIONS if ACTIVATIONS[a].rowwise and a != "softmax"]


def peak_rows(work: Callable[[], Any]) -> float:
    """The most memory that `work` holds at a time, in float64 rows of length n."""
    tracemalloc.start()
    work()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / ROW


def a_target(loss: Any) -> np.ndarray:
    if loss.target_kind == "row":
        return np.zeros(1)
    if loss.target_kind == "labels":
        return np.zeros(1, dtype=np.int64)
    return sign_of_targets(loss) * np.eye(1, N)


def logits() -> np.ndarray:
    return np.random.default_rng(7).standard_normal((1, N))


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_a_pair_needs_memory_of_order_n(activation: str, loss: str) -> None:
    layer = OutputLayer(activation, loss)
    z, t = logits(), a_target(layer.loss)
    v = z[:, ::-1].copy()

    def work() -> None:
        layer.value_and_gradient(z, t)
        layer.hvp(z, t, v)
        hessian = layer.hessian(z, t)
        assert (hessian @ v).shape == z.shape
        assert hessian[..., 1, 0].shape == (1,)
        assert layer.gradient_and_hessian_diagonal(z, t)[1].shape == z.shape

    assert peak_rows(work) < MOST_ROWS


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_a_jacobian_needs_memory_of_order_n(activation: str) -> None:
    one = ACTIVATIONS[activation]()
    z = logits()

    def work() -> None:
        J = one.jacobian(z)
        assert (J @ z).shape == (J.T @ z).shape == z.shape
        assert (J @ J).shape == (J + J.T).shape == (1, N, N)
        assert J.diagonal().shape == J[..., 0, :].shape == J[..., :, 3].shape == z.shape
        assert J.trace().shape == (1,)
        assert J.solve(z, damping=2.0).shape == z.shape
        assert one.curvature(z, z).diagonal().shape == z.shape

    assert peak_rows(work) < MOST_ROWS


_PROGRAM = """
import json, resource, sys
import numpy as np
from softgrad import OutputLayer
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
z = np.random.default_rng(7).standard_normal((1, 100_000))
t = np.array([5])
for pair in (("softmax", "squared_error"), ("softmax", "cross_entropy"), ("sparsemax", "huber")):
    layer = OutputLayer(*pair)
    target = np.eye(1, 100_000, 5)
    layer.value_and_gradient(z, target)
    layer.gradient_and_hessian_diagonal(z, target)
    layer.hvp(z, target, z)
    layer.hessian(z, target).solve(z, damping=1.0)
    layer.activation.jacobian(z).solve(z, damping=1.0)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps((after - before) * (1 if sys.platform == "darwin" else 1024)))
"""


def test_the_whole_process_grows_by_order_n() -> None:
    result = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True
    )
    assert json.loads(result.stdout) < MOST_ROWS * ROW


def test_the_measure_sees_what_it_must() -> None:
    assert peak_rows(lambda: np.ones((300, N))) > MOST_ROWS
