"""A masked entry is an entry that is not there: for every loss of the catalogue."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import softgrad as sg
from laws.cases import sign_of_targets
from softgrad.catalogue import LOSSES

Z = np.array([[0.5, -1.0, 2.5, 0.25], [3.0, 0.75, -0.5, 1.0]])
T = np.array([[0.25, 0.125, 0.5, 0.125], [0.125, 0.5, 0.125, 0.25]])
KEEP = np.array([True, True, False, True])
LABELS = np.array([0, 3])
PARTNERS = ("softmax", "log_softmax", "sparsemax", "sigmoid", "identity", "exp", "tanh")
FITTING = set(sg.pairs())
PAIRS = [
    (activation, name)
    for name, kind in LOSSES.items()
    for activation in PARTNERS
    if kind.row_length is None and (activation, name) in FITTING
]


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_a_masked_entry_is_not_there(activation: Any, loss: Any) -> None:
    layer = sg.OutputLayer(activation, loss)
    labelled = layer.loss.target_kind == "labels"
    soft = sign_of_targets(layer.loss) * T
    t, rest = (LABELS, np.array([0, 2])) if labelled else (soft, soft[:, KEEP])
    where = np.broadcast_to(KEEP, Z.shape)
    value, gradient = layer.value_and_gradient(Z, t, where=where)
    hessian = layer.hessian(Z, t, where=where).to_dense()
    expected = layer.value_and_gradient(Z[:, KEEP], rest)
    np.testing.assert_allclose(value, expected[0], rtol=1e-13)
    np.testing.assert_allclose(gradient[:, KEEP], expected[1], rtol=1e-13, atol=1e-16)
    assert np.all(gradient[:, ~KEEP] == 0)
    kept = hessian[:, KEEP][:, :, KEEP]
    dense = layer.hessian(Z[:, KEEP], rest).to_dense()
    np.testing.assert_allclose(kept, dense, rtol=1e-12, atol=1e-15 * np.max(np.abs(dense)))
    assert np.all(hessian[:, ~KEEP] == 0)
    assert np.all(hessian[:, :, ~KEEP] == 0)


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_a_row_that_is_masked_out_whole_counts_nothing(activation: Any, loss: Any) -> None:
    layer = sg.OutputLayer(activation, loss)
    t = LABELS if layer.loss.target_kind == "labels" else sign_of_targets(layer.loss) * T
    nowhere = np.zeros(Z.shape, dtype=bool)
    value, gradient = layer.value_and_gradient(Z, t, where=nowhere)
    np.testing.assert_array_equal(value, [0.0, 0.0])
    assert np.all(gradient == 0)
    assert np.all(layer.hessian(Z, t, where=nowhere).to_dense() == 0)


COINS = [
    (activation, loss)
    for activation, loss in PAIRS
    if activation in ("sigmoid", "identity", "exp", "tanh") and LOSSES[loss].targets != "labels"
]


@pytest.mark.parametrize(("activation", "loss"), COINS)
def test_a_row_of_one_entry_that_is_masked_counts_nothing(activation: Any, loss: Any) -> None:
    layer = sg.OutputLayer(activation, loss)
    z, t = Z[:1].T, sign_of_targets(layer.loss) * T[:1].T
    where = KEEP[:, None]
    value, gradient = layer.value_and_gradient(z, t, where=where)
    alone = layer.value_and_gradient(z[KEEP], t[KEEP])
    np.testing.assert_array_equal(value[KEEP], alone[0])
    np.testing.assert_array_equal(gradient[KEEP], alone[1])
    parts = [value, gradient, layer.hessian(z, t, where=where).to_dense()]
    parts.append(layer.gauss_newton(z, t, where=where).to_dense())
    for part in parts:
        assert np.all(part[~KEEP] == 0)


OF_PROBABILITIES = [
    name
    for name, kind in LOSSES.items()
    if any(d.kind == "simplex" for d in kind.accepts)
    and not kind.needs_potential
    and kind.targets in ("entries", "classes")
]


@pytest.mark.parametrize("name", OF_PROBABILITIES)
def test_a_prediction_and_its_target_are_not_there_where_they_are_masked(name: str) -> None:
    loss = LOSSES[name]()
    p, t = np.array([[0.5, 0.25, 0.375, 0.25]]), np.array([[0.25, 0.25, 0.625, 0.5]])
    where = KEEP[None, :]
    found, alone = loss(p, t, where=where), loss(p[:, KEEP], t[:, KEEP])
    np.testing.assert_allclose(found, alone, rtol=1e-14)
    slopes, expected = loss.gradient(p, t, where=where), loss.gradient(p[:, KEEP], t[:, KEEP])
    np.testing.assert_allclose(slopes[:, KEEP], expected, rtol=1e-14, atol=1e-15)
    assert np.all(slopes[:, ~KEEP] == 0)
