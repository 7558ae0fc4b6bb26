from __future__ import annotations

import numpy as np
import pytest

from softgrad.errors import DataError
from softgrad.layer import OutputLayer
from softgrad.nn import Dense, Network
from softgrad.nn.data import Dataset, Scale, notes_of, scales_in

rng = np.random.default_rng(0)
DATA = Dataset(
    name="made up",
    inputs=rng.normal(5.0, 3.0, (40, 2)),
    targets=rng.normal(100.0, 20.0, 40),
    classes=(),
    features=("x", "y"),
)


def test_a_network_that_was_saved_predicts_from_raw_rows(tmp_path):
    output = OutputLayer("identity", "squared_error")
    inputs, targets = Scale.of_inputs(DATA), Scale.of_targets(DATA, output)
    network = Network([Dense(1)], output)
    network.fit(inputs.apply(DATA.inputs), targets.apply(DATA.targets), epochs=1)
    network.notes = notes_of(DATA, inputs, targets)
    expected = targets.undo(network.predict(inputs.apply(DATA.inputs)))

    loaded = Network.load(network.save(tmp_path / "n.safetensors"))
    inputs, targets = scales_in(loaded.notes)
    found = targets.undo(loaded.predict(inputs.apply(DATA.inputs)))
    np.testing.assert_array_equal(found, expected)


def test_without_a_scale_of_targets_there_is_none_in_the_notes():
    notes = notes_of(DATA, Scale.of_inputs(DATA))
    assert scales_in(notes)[1] is None
    with pytest.raises(DataError, match="nothing of how inputs were scaled"):
        scales_in({"data": "made up"})


@pytest.mark.parametrize(
    ("pair", "centre", "spread"),
    [
        (("identity", "squared_error"), DATA.targets.mean(), DATA.targets.std()),
        (("exp", "poisson"), 0.0, DATA.targets.mean()),
    ],
)
def test_targets_are_brought_to_where_the_activation_starts(pair, centre, spread):
    scale = Scale.of_targets(DATA, OutputLayer(*pair))
    assert (scale.centre, scale.spread) == (centre, spread)


def test_targets_of_a_bounded_activation_and_classes_are_left_alone():
    assert Scale.of_targets(DATA, OutputLayer("tanh", "squared_error")) is None
    classes = Dataset(
        name="c", inputs=np.eye(2), targets=np.array([0, 1]), classes=("a", "b"), features=("x",)
    )
    assert Scale.of_targets(classes, OutputLayer("softmax", "cross_entropy")) is None
