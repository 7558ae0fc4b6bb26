from __future__ import annotations

import numpy as np
import pytest

from softgrad.errors import DataError, UnknownNameError
from softgrad.nn.data import (
    BUNDLED,
    Dataset,
    Scale,
    load_bundled,
    replace_labels,
)


def toy(targets, classes=("a", "b"), one_unit=False) -> Dataset:
    rows = len(targets)
    return Dataset(
        name="toy",
        inputs=np.arange(2.0 * rows).reshape(rows, 2) ** 2,
        targets=np.asarray(targets),
        classes=classes,
        features=("x", "y"),
        one_unit=one_unit,
    )


@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_data_is_complete(name):
    data = load_bundled(name)
    assert data.inputs.shape == (len(data.targets), len(data.features))
    assert np.all(np.isfinite(data.inputs))
    if data.classes:
        assert set(data.targets) == set(range(len(data.classes)))


def test_an_unknown_name_is_refused():
    with pytest.raises(UnknownNameError, match="known: digits, iris"):
        load_bundled("digit")


def test_a_split_keeps_each_class_s_share_and_loses_no_row():
    data = toy([0] * 30 + [1] * 10)
    train, test = data.split(0.3, seed=0)
    assert np.bincount(test.targets).tolist() == [9, 3]
    together = np.concatenate([train.inputs, test.inputs])
    assert sorted(together[:, 0]) == sorted(data.inputs[:, 0])


def test_a_split_depends_on_the_seed_alone():
    data = load_bundled("iris")
    again = data.split(0.3, seed=1)[1].inputs
    np.testing.assert_array_equal(data.split(0.3, seed=1)[1].inputs, again)
    assert not np.array_equal(data.split(0.3, seed=2)[1].inputs, again)


def test_every_class_stays_in_the_rows_to_train_on():
    train, _ = toy([0, 0, 1]).split(0.9, seed=0)
    assert set(train.targets) == {0, 1}


def test_too_few_rows_to_hold_any_out_are_refused():
    with pytest.raises(DataError, match="too few"):
        toy([0, 1]).split(0.3, seed=0)


def test_standardised_columns_have_mean_0_and_deviation_1_and_come_back():
    data = toy([0, 1] * 5)
    scale = Scale.of_inputs(data)
    z = scale.apply(data.inputs)
    np.testing.assert_allclose(z.mean(axis=0), 0.0, atol=1e-15)
    np.testing.assert_allclose(z.std(axis=0), 1.0, rtol=1e-15)
    np.testing.assert_allclose(scale.undo(z), data.inputs, rtol=1e-14, atol=1e-13)


def test_inputs_of_one_unit_keep_their_proportions():
    spread = Scale.of_inputs(toy([0, 1] * 5, one_unit=True)).spread
    assert spread[0] == spread[1]


def test_a_constant_column_becomes_zero():
    assert np.all(Scale.of(np.full((3, 1), 7.0)).apply(np.full((3, 1), 7.0)) == 0.0)


def test_labels_are_replaced_uniformly_and_as_often_as_asked():
    # A share p (1 - 1/n) differs: 0.36 of 100,000, whose standard deviation is 0.0015.
    labels = np.zeros(100_000, dtype=int)
    noisy = replace_labels(labels, 10, 0.4, np.random.default_rng(0))
    assert abs(np.mean(noisy != 0) - 0.36) < 5 * 0.0015
    counts = np.bincount(noisy)[1:]
    assert np.all(np.abs(counts - 4000) < 5 * np.sqrt(4000))  # Poisson, five deviations


@pytest.mark.parametrize(("probability", "changed"), [(0.0, False), (1.0, True)])
def test_no_noise_changes_no_label(probability, changed):
    labels = np.arange(100) % 10
    noisy = replace_labels(labels, 10, probability, np.random.default_rng(0))
    assert np.any(noisy != labels) == changed


def test_balanced_weights_give_each_class_the_same_sum_and_rows_a_mean_of_1():
    data = toy([0] * 30 + [1] * 10)
    weights = np.array(data.balanced_weights())
    np.testing.assert_array_equal(weights * [30, 10], [20.0, 20.0])
    assert np.mean(weights[data.targets]) == 1.0
