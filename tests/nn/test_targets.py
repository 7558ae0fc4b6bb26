"""What X and y may be, and what they then mean."""

import numpy as np
import pytest

import softgrad as sg
from softgrad.errors import (
    CapabilityError,
    DataError,
    InputTypeError,
    NotFittedError,
    PairError,
    ShapeError,
    TargetError,
)
from softgrad.nn import Dense, Network

rng = np.random.default_rng(5)
X = rng.normal(size=(60, 4))
LABELS = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0).astype(int)
EXACT = {"epochs": 60, "optimiser": "lbfgs"}


def test_labels_and_one_hot_rows_train_the_same_network():
    by_label, one_hot = (Network([Dense(3)], seed=2) for _ in range(2))
    by_label.fit(X, LABELS, epochs=3)
    one_hot.fit(X, np.eye(3)[LABELS], epochs=3)
    np.testing.assert_allclose(by_label.parameters, one_hot.parameters, rtol=1e-12)
    assert by_label.evaluate(X, LABELS) == pytest.approx(one_hot.evaluate(X, np.eye(3)[LABELS]))
    np.testing.assert_array_equal(by_label.predict_classes(X), one_hot.predict_classes(X))


def test_one_output_and_labels_0_and_1_are_a_coin_a_row():
    y = (X @ [1.0, -2.0, 0.5, 0.0] > 0.3).astype(int)
    network = Network([Dense(1)], ("sigmoid", "cross_entropy"))
    history = network.fit(X, y, **EXACT)
    assert network.task == "coins"
    assert history.accuracy[-1] == 1.0
    assert network.predict(X).shape == (60, 1)
    np.testing.assert_array_equal(network.predict_classes(X), y)
    for same in (y.astype(float), y.astype(bool), y[:, None]):
        assert network.evaluate(X, same) == pytest.approx(network.evaluate(X, y))


def test_several_coins_a_row_are_counted_one_by_one():
    y = (X[:, :2] > 0).astype(float)
    y[0] = 1.0  # so that rows are not all one-hot, whatever the draw
    network = Network([Dense(8), "tanh", Dense(2)], ("sigmoid", "cross_entropy"))
    network.fit(X, y, epochs=20)
    assert network.task == "coins"
    found = network.predict_classes(X)
    assert network.evaluate(X, y)["accuracy"] == np.mean(found == y)


def test_coins_that_are_entries_of_their_own_take_one_weight_a_row():
    layer = sg.OutputLayer("sigmoid", "cross_entropy", axis=())
    y = (X[:, :2] > 0).astype(float)
    weights = np.linspace(0.0, 1.0, 60)
    network = Network([Dense(2)], layer, inputs=4)
    expected = np.average(
        sg.OutputLayer("sigmoid", "cross_entropy").value(network.predict_logits(X), y),
        weights=weights,
    )
    found = network.evaluate(X, y, sample_weight=weights)["loss"]
    assert found == pytest.approx(expected / 2.0)
    network.fit(X, y, sample_weight=weights, epochs=2)


def test_values_are_measured_by_the_share_of_variance_explained():
    y = X @ [1.0, 2.0, 0.0, -1.0] + 3.0
    network = Network([Dense(1)], ("identity", "squared_error"))
    history = network.fit(X, y, **EXACT)
    assert network.task == "values"
    assert history.r_squared[-1] == pytest.approx(1.0, abs=1e-9)
    assert not history.accuracy
    np.testing.assert_allclose(network.predict(X)[:, 0], y, rtol=1e-4, atol=1e-4)
    with pytest.raises(CapabilityError, match="use predict"):
        network.predict_classes(X)


def test_r_squared_is_0_for_the_mean_and_where_nothing_varies():
    network = Network([Dense(1)], ("identity", "squared_error"), inputs=4)
    network.parameters[:] = 0.0
    network.parameters[-1] = 2.0
    y = np.where(np.arange(60) % 2, 1.0, 3.0)
    assert network.evaluate(X, y) == pytest.approx({"loss": 1.0, "r_squared": 0.0})
    assert network.evaluate(X, np.full(60, 2.0))["r_squared"] == 0.0


def test_weights_of_rows_and_classes_are_those_of_the_output_layer():
    layer = sg.OutputLayer("softmax", "cross_entropy", class_weight=[1.0, 2.0, 3.0])
    network = Network([Dense(3)], layer, inputs=4)
    weights = rng.uniform(size=60)
    expected = layer.value(
        network.predict_logits(X), LABELS, reduction="mean", sample_weight=weights
    )
    assert network.evaluate(X, LABELS, sample_weight=weights)["loss"] == float(expected)


def test_rows_of_weight_0_do_not_count_in_training():
    weights = (np.arange(60) < 40).astype(float)
    spoilt = LABELS.copy()
    spoilt[40:] = 0
    first, second = (Network([Dense(3)]) for _ in range(2))
    for network, y in ((first, LABELS), (second, spoilt)):
        network.fit(X, y, sample_weight=weights, batch_size=60, epochs=5)
    np.testing.assert_array_equal(first.parameters, second.parameters)


def test_an_ignored_label_counts_neither_in_the_loss_nor_in_the_accuracy():
    layer = sg.OutputLayer("softmax", "cross_entropy", ignore_label=-100)
    network = Network([Dense(3)], layer, inputs=4)
    y = LABELS.copy()
    y[:20] = -100
    assert network.evaluate(X, y) == pytest.approx(
        Network([Dense(3)], inputs=4).evaluate(X[20:], y[20:])
    )


@pytest.mark.parametrize(
    ("X", "y", "error", "message"),
    [
        (X[0], LABELS, ShapeError, r"X has shape \(4,\); expected \(rows, inputs\)"),
        (X[:, :3], LABELS, ShapeError, "X has 3 inputs; this network takes 4"),
        (X, LABELS[:5], TargetError, r"y has shape \(5,\); expected \(60,\) or \(60, 3\)"),
        (X, LABELS + 1, TargetError, r"label 3 in row \d+; .* labels 0 to 2"),
        (X, LABELS - 1, TargetError, "label -1 in row"),
        (X, LABELS.astype(float), TargetError, "takes integer labels 0 to 2"),
        (X, np.eye(4)[LABELS], TargetError, r"y has shape \(60, 4\)"),
        (X, np.array(["a"] * 60), InputTypeError, "np.unique"),
        (X.astype(str), LABELS, InputTypeError, "X has dtype"),
        ([[1.0, 2.0], [3.0]], [0, 1], ShapeError, "not a rectangular array"),
        (X[:0], LABELS[:0], ShapeError, "no rows"),
        (np.where(X[3, 1] == X, np.nan, X), LABELS, DataError, "X is nan in row 3, column 1"),
        (np.where(X[3, 1] == X, np.inf, X), LABELS, DataError, "X is inf in row 3, column 1"),
        (X, np.where(np.eye(3)[LABELS] > 0, np.nan, 0), DataError, "y is nan in row 0"),
    ],
)
def test_unusable_data_is_refused_with_its_place(X, y, error, message):
    network = Network([Dense(3)], inputs=4)
    for method in (network.fit, network.evaluate):
        with pytest.raises(error, match=message):
            method(X, y)


def test_a_coin_takes_targets_from_0_to_1():
    with pytest.raises(TargetError, match=r"y is -1 in row 0; Sigmoid\(\) gives the probability"):
        Network([Dense(1)], ("sigmoid", "cross_entropy")).fit(X, np.full(60, -1))


def test_a_network_without_parameters_says_so():
    for method in ("predict", "predict_classes", "predict_logits"):
        with pytest.raises(NotFittedError, match="call fit first"):
            getattr(Network([Dense(3)]), method)(X)


def test_the_output_layer_is_a_pair_of_names_or_itself_and_must_compose():
    with pytest.raises(InputTypeError, match="expected an OutputLayer or a pair"):
        Network([Dense(3)], "softmax")
    with pytest.raises(PairError):
        Network([Dense(3)], ("identity", "cross_entropy"))


def test_predictions_of_many_rows_come_in_chunks_that_agree_with_one(monkeypatch):
    from softgrad.nn import model

    network = Network([Dense(5), "relu", Dense(3)], inputs=4)
    whole, loss = network.predict(X), network.evaluate(X, LABELS)
    monkeypatch.setattr(model, "_ENTRIES", 35)
    np.testing.assert_allclose(network.predict(X), whole, rtol=1e-13)
    assert network.evaluate(X, LABELS) == pytest.approx(loss)
    assert network.predict(X[:0]).shape == (0, 3)
