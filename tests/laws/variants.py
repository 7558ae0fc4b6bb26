"""What the laws of inputs run over, and when two results count as the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from laws.cases import ACTIVATION_VARIANTS, FLEXIBLE_PAIRS, identify, logits
from softgrad.catalogue import ACTIVATIONS

ACTIVATIONS_BY_DEFAULT = [kind.examples()[0] for kind in ACTIVATIONS.values()]
each_variant = pytest.mark.parametrize("activation", ACTIVATION_VARIANTS, ids=identify)
each_activation = pytest.mark.parametrize("activation", ACTIVATIONS_BY_DEFAULT, ids=identify)
each_pair = pytest.mark.parametrize("pair", FLEXIBLE_PAIRS, ids=identify)


def placed(activation: Any) -> bool:
    """Whether entries keep what is theirs when one is left out: noise belongs to a place."""
    return "noise" not in activation.hyper_parameters


each_placed_pair = pytest.mark.parametrize(
    "pair", [pair for pair in FLEXIBLE_PAIRS if placed(pair[0])], ids=identify
)


def moderate(activation: Any, rows: int = 3) -> np.ndarray:
    return logits(activation)[:rows]


def same(a: Any, b: Any, ulps: int = 4) -> None:
    """Equal to a few roundings: layouts may be summed in another order."""
    a, b = np.asarray(a), np.asarray(b)
    assert a.shape == b.shape
    assert a.dtype == b.dtype
    eps = np.finfo(a.dtype).eps
    assert np.array_equal(np.isfinite(a), np.isfinite(b))
    finite = np.isfinite(b)
    a, b = np.where(finite, a, 0), np.where(finite, b, 0)
    scale = np.max(np.abs(b), initial=0.0, axis=-1, keepdims=True) if b.ndim else np.abs(b)
    assert np.all(np.abs(a - b) <= ulps * eps * (scale + np.finfo(a.dtype).tiny))
