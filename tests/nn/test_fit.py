"""Training: reproducible, measured, stopped in time, and it learns."""

import json

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from softgrad.errors import InputTypeError, ParameterError, ShapeError, WeightError
from softgrad.nn import SGD, Adam, Dense, Network

rng = np.random.default_rng(11)
X = rng.normal(size=(90, 4))
LABELS = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0).astype(int)


def network(**settings):
    return Network([Dense(8), "tanh", Dense(3)], ("softmax", "squared_error"), **settings)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_digits_are_read_with_softmax_and_squared_error(dtype):
    X, y = load_digits(return_X_y=True)
    X, X_test, y, y_test = train_test_split(X / 16, y, stratify=y, random_state=0)
    reader = Network([Dense(64), "relu", Dense(10)], ("softmax", "squared_error"), dtype=dtype)
    reader.fit(X, y, epochs=30, schedule="cosine")
    assert reader.evaluate(X_test, y_test)["accuracy"] >= 0.96
    assert reader.predict(X_test).dtype == dtype
    np.testing.assert_allclose(reader.predict(X_test).sum(axis=1), 1.0, rtol=1e-5)


@pytest.mark.parametrize(
    "pair",
    [
        ("sparsemax", "fenchel_young"),
        ("sigmoid", "cross_entropy"),
        ("spherical_softmax", "cross_entropy"),
        ("identity", "hinge"),
    ],
    ids=" x ".join,
)
def test_digits_are_read_with_other_pairs_by_the_same_recipe(pair):
    X, y = load_digits(return_X_y=True)
    X, X_test, y, y_test = train_test_split(X / 16, y, stratify=y, random_state=0)
    reader = Network([Dense(64), "relu", Dense(10)], pair)
    reader.fit(X, y, epochs=30, schedule="cosine")
    assert reader.evaluate(X_test, y_test)["accuracy"] >= 0.96


def test_a_softmax_inside_learns():
    history = Network([Dense(8), "softmax", Dense(3)]).fit(
        X, LABELS, epochs=60, optimiser=Adam(learning_rate=0.05)
    )
    assert history.accuracy[-1] > 0.95


def test_the_same_seed_gives_the_same_bits_and_another_seed_does_not():
    first, same, other = network(seed=4), network(seed=4), network(seed=5)
    histories = [one.fit(X, LABELS, epochs=3) for one in (first, same, other)]
    np.testing.assert_array_equal(first.parameters, same.parameters)
    assert histories[0].loss == histories[1].loss
    assert not np.array_equal(first.parameters, other.parameters)


def test_the_order_of_rows_has_a_seed_of_its_own():
    trained = {}
    for name, settings in {"a": {"seed": 1}, "b": {"seed": 2}, "c": {"shuffle": False}}.items():
        one = network(seed=4)
        one.fit(X, LABELS, epochs=2, **settings)
        trained[name] = one.parameters
    assert not np.array_equal(trained["a"], trained["b"])
    assert not np.array_equal(trained["a"], trained["c"])


def test_a_second_fit_goes_on_where_the_first_stopped():
    whole, parts = network(), network()
    settings = {"optimiser": SGD(momentum=0.0)}
    whole.fit(X, LABELS, epochs=4, **settings)
    for _ in range(2):
        parts.fit(X, LABELS, epochs=2, **settings)
    np.testing.assert_array_equal(whole.parameters, parts.parameters)
    assert parts.epochs_trained == 4


def test_each_epoch_sees_every_row_once(monkeypatch):
    seen = []
    plain = Network.value_and_gradient

    def noting(self, x, target, **options):
        seen.append(x[:, 0])
        return plain(self, x, target, **options)

    monkeypatch.setattr(Network, "value_and_gradient", noting)
    network().fit(X, LABELS, epochs=2, batch_size=32)
    assert [len(one) for one in seen] == [30, 30, 30] * 2
    for epoch in (seen[:3], seen[3:]):
        np.testing.assert_array_equal(np.sort(np.concatenate(epoch)), np.sort(X[:, 0]))
    assert not np.array_equal(seen[0], seen[3])


def test_the_history_is_what_evaluate_says_after_each_epoch():
    one = network()
    measured = []
    history = one.fit(
        X[:60],
        LABELS[:60],
        validation_data=(X[60:], LABELS[60:]),
        epochs=4,
        callback=lambda _: measured.append(
            (one.evaluate(X[:60], LABELS[:60]), one.evaluate(X[60:], LABELS[60:]))
        ),
    )
    assert history.loss == [train["loss"] for train, _ in measured]
    assert history.val_accuracy == [held_out["accuracy"] for _, held_out in measured]
    assert history.val_loss == [held_out["loss"] for _, held_out in measured]
    assert history.epochs == len(history.seconds) == 4
    assert history.loss[-1] < history.loss[0]
    assert history.message == "trained for 4 epochs"
    assert json.loads(json.dumps(history.to_dict()))["val_loss"] == history.val_loss


def test_a_split_sets_the_asked_share_aside_and_trains_without_it():
    one = network()
    rows = np.hstack([X, np.arange(90.0)[:, None]])
    sizes = []
    plain = one.output.value

    class Spy:
        def __getattr__(self, name):
            return getattr(spied, name)

        def value(self, logits, *rest, **options):
            sizes.append(len(logits))
            return plain(logits, *rest, **options)

    spied, one.output = one.output, Spy()
    one.fit(rows / 90.0, LABELS, epochs=1, validation_split=0.2)
    assert set(sizes) == {72, 18}


def test_patience_stops_and_goes_back_to_the_best_epoch():
    noise = rng.integers(0, 3, 30)  # nothing to learn: the validation loss must rise again
    one = network()
    best = []

    def remember(history):
        if history.best_epoch == history.epochs:
            best.append(one.parameters.copy())

    history = one.fit(
        X[:60],
        LABELS[:60],
        validation_data=(X[60:], noise),
        epochs=500,
        patience=3,
        optimiser=Adam(learning_rate=0.05),
        callback=remember,
    )
    assert history.stopped_early
    assert history.epochs == history.best_epoch + 3 < 500
    assert history.val_loss[history.best_epoch - 1] == min(history.val_loss)
    np.testing.assert_array_equal(one.parameters, best[-1])
    assert f"best epoch, {history.best_epoch} " in history.message


def test_without_patience_the_last_parameters_stay():
    one = network()
    history = one.fit(X, LABELS, epochs=3)
    assert one.evaluate(X, LABELS)["loss"] == history.loss[-1]


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"epochs": 0}, ParameterError, "epochs is 0; expected a whole number >= 1"),
        ({"epochs": None}, ParameterError, "epochs is None"),
        ({"batch_size": 2.5}, ParameterError, "batch_size is 2.5"),
        ({"patience": True}, ParameterError, "patience is True"),
        ({"validation_split": 1.0}, ParameterError, "validation_split is 1.0"),
        ({"validation_split": 0.999}, ParameterError, "leaves none to train with"),
        ({"validation_split": 0.1, "validation_data": (X, LABELS)}, ParameterError, "not both"),
        ({"validation_data": (X[:0], LABELS[:0])}, ShapeError, "validation_data has no rows"),
        ({"sample_weight": np.ones(5)}, WeightError, r"expected one a row, \(90,\)"),
        ({"sample_weight": -np.ones(90)}, WeightError, "negative"),
        ({"learning_rate": 0.1}, InputTypeError, "fit has no setting 'learning_rate'"),
    ],
)
def test_settings_outside_their_range_are_refused(settings, error, message):
    with pytest.raises(error, match=message):
        network().fit(X, LABELS, **settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"inputs": 0}, "inputs is 0"),
        ({"dtype": "float16"}, "dtype is 'float16'; expected 'float32' or 'float64'"),
        ({"dtype": "real"}, "dtype is 'real'"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_a_network_refuses_settings_outside_their_range(settings, message):
    with pytest.raises(ParameterError, match=message):
        network(**settings)
