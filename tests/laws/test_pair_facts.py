"""What follows for a pair from what its two entries say (softgrad.contracts.pair_facts) is so."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest

from softgrad import OutputLayer
from softgrad.catalogue import ACTIVATIONS, LOSSES, pairs
from softgrad.contracts.pair_facts import is_flat, is_target_free, moves_between_classes
from softgrad.testing.points import bounds

pytestmark = pytest.mark.usefixtures("each_way")

K = 4
ROWS = 64
PAIRS = {*pairs()}
LOSS_EXAMPLES = [one for kind in LOSSES.values() for one in kind.examples()]
# Without the one whose noise is drawn anew at each call.
each_name = pytest.mark.parametrize("name", sorted(ACTIVATIONS.keys() - {"gumbel_softmax"}))


def sizes(matrices: np.ndarray) -> np.ndarray:
    return np.abs(matrices).max(axis=(-2, -1))


def layers_of(name: str) -> Iterator[tuple[OutputLayer, int]]:
    """Every pair of an activation, and how many scores a row has: several, and one if it can."""
    for activation, loss in product(ACTIVATIONS[name].examples(), LOSS_EXAMPLES):
        if (name, loss.name) not in PAIRS:
            continue
        if loss.row_length == 1 and activation.rowwise:  # a row of one is normalised to its sign
            continue
        yield OutputLayer(activation, loss, check_target=False), loss.row_length or K
        has_one = loss.targets in ("entries", "classes") and loss.row_length is None
        if has_one and not activation.rowwise:
            yield OutputLayer(activation, loss, axis=(), check_target=False), 1


@each_name
def test_a_flat_pair_has_no_second_derivative_and_any_other_has_one(name: str) -> None:
    rng = np.random.default_rng(6)
    for layer, columns in layers_of(name):
        z = np.linspace(0.1, 2.0, ROWS)[:, None] * rng.normal(size=(ROWS, columns))
        t: Any = rng.dirichlet(np.ones(columns), ROWS)
        if layer.loss.target_kind == "labels":
            t = rng.integers(0, columns, ROWS)
        elif layer.loss.target_kind == "row":
            t = rng.normal(size=ROWS)
        elif layer.loss.target_kind == "bounds":
            t = bounds(ROWS)
        elif columns == 1:
            z, t = z[:, 0], rng.random(ROWS)
        if layer.loss.target_kind == "entries" and layer.activation.domain.kind == "values":
            t[::2] = layer.predict(z)[::2] + 0.1 * t[::2]  # some are near the target
        slopes, bends = layer.gradient_and_hessian_diagonal(z, t)
        known = np.isfinite(slopes) & np.isfinite(bends)
        noise = 64 * np.finfo(float).eps * (1.0 + np.abs(slopes[known]))
        is_so = bool(np.all(np.abs(bends[known]) <= noise))
        assert is_so == is_flat(layer.activation, layer.loss, columns), (layer, columns)


@each_name
def test_a_hessian_that_is_free_of_the_target_is_the_same_for_every_target(name: str) -> None:
    rng = np.random.default_rng(7)
    for layer, columns in layers_of(name):
        if not is_target_free(layer.activation, layer.loss):
            continue
        z = rng.normal(size=(ROWS, columns))
        one, other = rng.dirichlet(np.ones(columns), (2, ROWS))
        if columns == 1:
            z, one, other = z[:, 0], *rng.random((2, ROWS))
        H = layer.hessian(z, one).to_dense()
        same = layer.hessian(z, other).to_dense()
        scale = sizes(H)[:, None, None]
        assert np.all(np.abs(H - same) <= 1e-13 * (1.0 + scale)), layer
        assert np.diagonal(H, axis1=1, axis2=2).min() >= 0.0
        if moves_between_classes(layer.activation, layer.loss):
            assert np.all(np.abs(H.sum(axis=-1)) <= 1e-13 * (1.0 + scale[..., 0]))
            assert np.all(H * (1.0 - np.eye(columns)) <= 0.0)
