"""What one call costs on ten numbers, beside the peers that are installed.

Alternating, best of many; each result is checked against the others before it is timed.
Run: python -m softgrad.evidence.speed.small_calls
"""

from __future__ import annotations

import importlib.util
import timeit
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

import softgrad as sg

REPEATS, CALLS = 15, 10_000


def candidates(z: np.ndarray) -> dict[str, Callable[[], object]]:
    """The calls by name: softgrad first, then whatever is installed."""
    found: dict[str, Callable[[], object]] = {"softgrad": lambda: sg.softmax(z)}
    if importlib.util.find_spec("torch"):
        torch: Any = import_module("torch")
        tensor = torch.from_numpy(z.copy())
        found["torch.softmax"] = lambda: torch.softmax(tensor, -1)
    if importlib.util.find_spec("scipy"):
        special: Any = import_module("scipy.special")
        found["scipy.special.softmax"] = lambda: special.softmax(z)
    return found


def main() -> None:
    """Print the best time of each, and how many times softgrad's it is."""
    z = np.random.default_rng(0).normal(size=10)
    calls = candidates(z)
    for name, call in calls.items():
        np.testing.assert_allclose(np.asarray(call()), sg.softmax(z), rtol=1e-14, err_msg=name)
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(REPEATS):
        for name, call in calls.items():
            best[name] = min(best[name], timeit.timeit(call, number=CALLS) / CALLS)
    for name, seconds in best.items():
        ratio = seconds / best["softgrad"]
        print(f"{name:24s} {seconds * 1e6:8.2f} us   {ratio:6.2f} x softgrad")


if __name__ == "__main__":
    main()
