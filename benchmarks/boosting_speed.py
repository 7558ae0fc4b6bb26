"""What a custom objective costs: its own share of an iteration, and the NumPy version of it.

Three objectives train on the same rows: the library's built-in one, softgrad's with the same
curvature, and the NumPy function that users write. Each is timed as a whole iteration (the mean of
the iterations after the first, each the best of alternating runs) and as one call of the objective.

Run: python benchmarks/boosting_speed.py [rows] [classes] [threads]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import lightgbm as lgb
import numpy as np
import xgboost as xgb

import softgrad as sg
from softgrad.boosting import objective

REPEATS, ROUNDS, FEATURES = 3, 4, 10


def numpy_objective(factor: float) -> Callable[[Any, Any], tuple[np.ndarray, np.ndarray]]:
    """Softmax cross-entropy as it is written in questions and answers."""

    def function(scores: np.ndarray, dataset: Any) -> tuple[np.ndarray, np.ndarray]:
        labels = dataset.get_label().astype(int)
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        one_hot = np.eye(scores.shape[1])[labels]
        return p - one_hot, np.maximum(factor * p * (1.0 - p), 1e-6)

    return function


def numpy_focal(
    scores: np.ndarray, labels: np.ndarray, gamma: float = 2.0
) -> tuple[np.ndarray, np.ndarray]:
    """Multi-class focal loss and its exact diagonal, written out."""
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    one_hot = np.eye(scores.shape[1])[labels.astype(int)]
    true = np.sum(p * one_hot, axis=1, keepdims=True)
    nll, rest = -np.log(true), 1.0 - true
    first = rest**gamma + gamma * true * rest ** (gamma - 1) * nll
    second = gamma * true * rest ** (gamma - 1) * (2.0 - nll)
    second += gamma * (gamma - 1) * true**2 * rest ** (gamma - 2) * nll
    step = p - one_hot
    return first * step, first * p * (1.0 - p) + second * step**2


def xgboosts_own_example(scores: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The loop over rows and classes of XGBoost's guide (custom_softmax.py)."""
    rows, classes = scores.shape
    gradient, curvature = np.zeros((rows, classes)), np.zeros((rows, classes))
    for r in range(rows):
        target = labels[r]
        e = np.exp(scores[r] - np.max(scores[r]))
        p = e / np.sum(e)
        for c in range(classes):
            gradient[r, c] = p[c] - 1.0 if c == target else p[c]
            curvature[r, c] = max(2.0 * p[c] * (1.0 - p[c]), 1e-6)
    return gradient, curvature


def best_of(call: Callable[[], Any], repeats: int = 5) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def compare_calls(rows: int, classes: int) -> None:
    """One call of the objective on float32 scores, without a library."""
    rng = np.random.default_rng(1)
    scores = rng.normal(size=(rows, classes)).astype(np.float32)
    labels = rng.integers(0, classes, rows).astype(np.float32)
    few = slice(0, rows // 100)
    entropy, focal = (
        objective("softmax", loss, library="xgboost", curvature=name, classes=classes)
        for loss, name in (("cross_entropy", "libraries"), ("focal", "exact"))
    )
    np.testing.assert_allclose(
        focal(labels, scores)[1], numpy_focal(scores, labels)[1], rtol=1e-3, atol=1e-5
    )
    table = {
        "cross-entropy, vectorised": (
            entropy,
            lambda: numpy_objective(2.0)(scores, Labels(labels)),
            1,
        ),
        "cross-entropy, XGBoost's guide": (
            entropy,
            lambda: xgboosts_own_example(scores[few], labels[few]),
            100,
        ),
        "focal, vectorised": (focal, lambda: numpy_focal(scores, labels), 1),
    }
    print(f"{'one call':32s} {'softgrad, ms':>13s} {'NumPy, ms':>11s} {'ratio':>7s}")
    for name, (own, other, scale) in table.items():
        mine = best_of(lambda own=own: own(labels, scores))
        theirs = scale * best_of(other, 3)
        print(f"{name:32s} {1e3 * mine:13.1f} {1e3 * theirs:11.1f} {theirs / mine:6.1f}x")


class Labels:
    """What the vectorised objective asks its data set for."""

    def __init__(self, labels: np.ndarray) -> None:
        self.labels = labels

    def get_label(self) -> np.ndarray:
        return self.labels


class Timed:
    """An objective that adds up the time spent in it."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.calls = function, []

    def __call__(self, scores: Any, dataset: Any) -> Any:
        start = time.perf_counter()
        result = self.function(scores, dataset)
        self.calls.append(time.perf_counter() - start)
        return result


def xgboost_iterations(data: Any, params: dict[str, Any], function: Any) -> list[float]:
    booster = xgb.Booster(params, [data])
    times = []
    for i in range(ROUNDS):
        start = time.perf_counter()
        booster.update(data, i, fobj=function)
        times.append(time.perf_counter() - start)
    return times[1:]


def lightgbm_iterations(data: Any, params: dict[str, Any], function: Any) -> list[float]:
    booster = lgb.Booster({**params, "objective": "none"} if function else params, data)
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        booster.update(fobj=function)
        times.append(time.perf_counter() - start)
    return times[1:]


def compare(library: str, data: Any, params: dict[str, Any], classes: int) -> None:
    run = {"xgboost": xgboost_iterations, "lightgbm": lightgbm_iterations}[library]
    own = objective(
        "softmax", "cross_entropy", library=library, curvature="libraries", classes=classes
    )
    factor = 2.0 if library == "xgboost" else classes / (classes - 1)
    timed = {"softgrad": Timed(own), "NumPy": Timed(numpy_objective(factor))}
    functions: dict[str, Any] = {"built-in": None, **timed}
    runs: dict[str, list[list[float]]] = {name: [] for name in functions}
    for _ in range(REPEATS):
        for name, function in functions.items():
            runs[name].append(run(data, params, function))
    best = {name: float(np.mean(np.min(times, axis=0))) for name, times in runs.items()}
    calls = {name: min(one.calls) for name, one in timed.items()}
    print(own.explain())
    print(f"{library:10s} {'iteration, s':>12s} {'of built-in':>12s} {'objective, ms':>14s}")
    for name, seconds in best.items():
        call = f"{1e3 * calls[name]:14.1f}" if name in calls else f"{'':14s}"
        print(f"{name:10s} {seconds:12.3f} {seconds / best['built-in']:11.2f}x {call}")
    share = calls["softgrad"] / best["softgrad"]
    ratio = calls["NumPy"] / calls["softgrad"]
    print(
        f"softgrad's share of its iteration {100 * share:.1f} %; NumPy's call {ratio:.0f}x longer\n"
    )


def main() -> None:
    rows, classes, threads = (
        int(given) for given in (sys.argv[1:] + ["1000000", "10", "2"][len(sys.argv) - 1 :])
    )
    sg.set_threads(threads)
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(rows, FEATURES)).astype(np.float32)
    noise = rng.gumbel(size=(rows, classes))
    labels = np.argmax(inputs @ rng.normal(size=(FEATURES, classes)) + noise, axis=1)
    print(f"{rows} rows x {FEATURES} features, {classes} classes, {threads} threads")
    compare_calls(rows, classes)
    shared = {"num_class": classes}
    compare(
        "xgboost",
        xgb.QuantileDMatrix(inputs, labels, nthread=threads),
        {**shared, "objective": "multi:softprob", "nthread": threads, "base_score": 0.5},
        classes,
    )
    settings = {
        **shared,
        "objective": "multiclass",
        "num_threads": threads,
        "verbosity": -1,
        "force_row_wise": True,
    }
    compare(
        "lightgbm",
        lgb.Dataset(inputs, labels, params=settings).construct(),
        settings,
        classes,
    )


if __name__ == "__main__":
    main()
