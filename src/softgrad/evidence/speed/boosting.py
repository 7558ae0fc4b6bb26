"""What a custom objective costs: its own share of an iteration, and the NumPy version of it.

Three objectives train on the same rows: the library's built-in one, softgrad's with the same
curvature, and the NumPy function that users write. Each is timed as a whole iteration (the mean of
the iterations after the first, each the best of alternating runs) and as one call of the objective.

Run: python -m softgrad.evidence.speed.boosting [rows] [classes] [threads]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from softgrad.boosting import objective
from softgrad.evidence.speed.measure import thread_limit
from softgrad.evidence.speed.timing import Effort, best_times
from softgrad.evidence.speed.users_objectives import (
    numpy_focal,
    numpy_objective,
    xgboosts_own_example,
)

REPEATS, ROUNDS, FEATURES = 3, 4, 10
#: The loop over rows and classes is timed on one row of so many.
FEWER = 100
EFFORT = Effort(repeats=5, patience=5.0)


class _Labels:
    """What the vectorised objective asks its data set for."""

    def __init__(self, labels: np.ndarray) -> None:
        self.labels = labels

    def get_label(self) -> np.ndarray:
        return self.labels


class _Timed:
    """An objective that keeps how long each call took."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.calls: list[float] = []

    def __call__(self, scores: Any, dataset: Any) -> Any:
        start = time.perf_counter()
        result = self.function(scores, dataset)
        self.calls.append(time.perf_counter() - start)
        return result


def compare_calls(rows: int, classes: int) -> None:
    """Print what one call of the objective costs on float32 scores, without a library."""
    rng = np.random.default_rng(1)
    scores = rng.normal(size=(rows, classes)).astype(np.float32)
    labels = rng.integers(0, classes, rows).astype(np.float32)
    few = slice(0, rows // FEWER)
    entropy, focal = (
        objective("softmax", loss, library="xgboost", curvature=name, classes=classes)
        for loss, name in (("cross_entropy", "libraries"), ("focal", "exact"))
    )
    np.testing.assert_allclose(
        focal(labels, scores)[1], numpy_focal(scores, labels)[1], rtol=1e-3, atol=1e-5
    )
    vectorised = numpy_objective(2.0)
    # Ours, the peer's, and how many times as many rows ours has.
    table: dict[str, tuple[Any, Callable[[], object], int]] = {
        "cross-entropy, vectorised": (entropy, lambda: vectorised(scores, _Labels(labels)), 1),
        "cross-entropy, XGBoost's guide": (
            entropy,
            lambda: xgboosts_own_example(scores[few], labels[few]),
            FEWER,
        ),
        "focal, vectorised": (focal, lambda: numpy_focal(scores, labels), 1),
    }
    print(f"{'one call':32s} {'softgrad, ms':>13s} {'NumPy, ms':>11s} {'ratio':>7s}")
    for name, (own, peer, scale) in table.items():
        best = best_times({"own": lambda own=own: own(labels, scores), "peer": peer}, EFFORT)
        mine, theirs = best["own"], scale * best["peer"]
        print(f"{name:32s} {1e3 * mine:13.1f} {1e3 * theirs:11.1f} {theirs / mine:6.1f}x")


def compare_iterations(
    library: str, iterations: Callable[[Any], list[float]], classes: int
) -> None:
    """Print what an iteration costs with each objective, in one library."""
    own = objective(
        "softmax", "cross_entropy", library=library, curvature="libraries", classes=classes
    )
    factor = 2.0 if library == "xgboost" else classes / (classes - 1)
    timed = {"softgrad": _Timed(own), "NumPy": _Timed(numpy_objective(factor))}
    functions: dict[str, Any] = {"built-in": None, **timed}
    runs: dict[str, list[Any]] = {name: [] for name in functions}
    for _ in range(REPEATS):
        for name, function in functions.items():
            runs[name].append(iterations(function))
    best = {name: float(np.array(times).min(axis=0).mean()) for name, times in runs.items()}
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


def xgboost_iterations(
    inputs: np.ndarray, labels: np.ndarray, classes: int, threads: int
) -> Callable[[Any], list[float]]:
    """A function from an objective (None: XGBoost's own) to the seconds of each iteration."""
    xgboost: Any = import_module("xgboost")
    data = xgboost.QuantileDMatrix(inputs, labels, nthread=threads)
    parameters = {
        "num_class": classes,
        "objective": "multi:softprob",
        "nthread": threads,
        "base_score": 0.5,
    }

    def run(function: Any) -> list[float]:
        booster = xgboost.Booster(parameters, [data])
        return _seconds(lambda k: booster.update(data, k, fobj=function))

    return run


def lightgbm_iterations(
    inputs: np.ndarray, labels: np.ndarray, classes: int, threads: int
) -> Callable[[Any], list[float]]:
    """The same of LightGBM."""
    lightgbm: Any = import_module("lightgbm")
    parameters: dict[str, Any] = {
        "num_class": classes,
        "objective": "multiclass",
        "num_threads": threads,
        "verbosity": -1,
        "force_row_wise": True,
    }
    data = lightgbm.Dataset(inputs, labels, params=parameters).construct()

    def run(function: Any) -> list[float]:
        own = {"objective": "none"} if function else {}
        booster = lightgbm.Booster({**parameters, **own}, data)
        return _seconds(lambda _: booster.update(fobj=function))

    return run


def _seconds(update: Callable[[int], object]) -> list[float]:
    """How long each iteration after the first takes."""
    times: list[float] = []
    for k in range(ROUNDS):
        start = time.perf_counter()
        update(k)
        times.append(time.perf_counter() - start)
    return times[1:]


LIBRARIES = {"xgboost": xgboost_iterations, "lightgbm": lightgbm_iterations}


def main(arguments: Sequence[str]) -> None:
    """Print both tables for rows, classes and threads."""
    defaults = ("1000000", "10", "2")
    rows, classes, threads = map(int, (*arguments, *defaults[len(arguments) :]))
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(rows, FEATURES)).astype(np.float32)
    noise = rng.gumbel(size=(rows, classes))
    labels = np.argmax(inputs @ rng.normal(size=(FEATURES, classes)) + noise, axis=1)
    print(f"{rows} rows x {FEATURES} features, {classes} classes, {threads} threads")
    with thread_limit(threads):
        compare_calls(rows, classes)
        for library, prepare in LIBRARIES.items():
            compare_iterations(library, prepare(inputs, labels, classes, threads), classes)


if __name__ == "__main__":
    main(sys.argv[1:])
