"""Points at which a function of unknown domain may be looked at."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any, cast

import numpy as np

from softgrad.checking.frameworks import WITH_DERIVATIVES, Numbers, to_numpy
from softgrad.checking.pairing.sample import Sample

#: The height and width of an image with as many channels as a row has entries.
IMAGE = 4


def points(sample: Sample) -> Iterator[tuple[str, Numbers]]:
    """Rows of normal numbers; others, and other shapes, for functions that do not take those."""
    shape = (sample.rows, sample.entries) if sample.rows > 1 else (sample.entries,)
    rng = np.random.default_rng(sample.seed)
    normal = rng.standard_normal(shape)
    yield "", normal
    yield "positive numbers", np.abs(normal) + 0.2
    yield "numbers between 0 and 1", rng.uniform(0.1, 0.9, shape)
    yield "numbers between -1 and 1", rng.uniform(-0.9, 0.9, shape)
    yield "sequences of rows", rng.standard_normal((2, 3, sample.entries))
    yield "images", rng.standard_normal((2, 2, sample.entries, sample.entries))
    yield "images", rng.standard_normal((2, sample.entries, IMAGE, IMAGE))
    yield "one image", rng.standard_normal((sample.entries, IMAGE, IMAGE))


def in_frameworks(x: Any, frameworks: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """A NumPy array as it is, then as the arrays of these frameworks."""
    yield "", x
    if isinstance(x, np.ndarray):
        for name in frameworks:
            framework = WITH_DERIVATIVES[name]
            yield framework.name, framework.make(cast(Numbers, x))


def is_finite_at(function: Callable[[Any], Any], x: Any) -> bool:
    """Whether the function gives numbers, and no NaN or infinity, at x."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # another framework's arrays may not be meant
        try:
            found = function(x)
            first: Any = cast("tuple[Any, ...]", found)[0] if isinstance(found, tuple) else found
            return bool(np.all(np.isfinite(to_numpy(first, "its result"))))
        except Exception:  # what it cannot take is no point of its domain
            return False


def uses_all(function: Callable[[Any], Any], x: Numbers) -> bool:
    """Whether numbers outside of (0, 1) matter: a loss that clips them takes chances."""
    outside = (x <= 0.0) | (x >= 1.0)
    if not np.any(outside):
        return True
    moved = np.where(outside, x * 1.01, x)
    with np.errstate(all="ignore"):
        before, after = function(x), function(moved)
    return not np.array_equal(to_numpy(before, "its result"), to_numpy(after, "its result"))
