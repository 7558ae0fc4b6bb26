"""Optimisers, against their rules written out step by step, and on real data."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from softgrad.errors import InputTypeError, ParameterError, UnknownNameError
from softgrad.nn import LBFGS, SGD, Adam, Constant, Dense, Linear, Network

GRADIENTS = np.random.default_rng(1).normal(size=(5, 3))
START = np.array([1.0, -2.0, 0.5])


def walk(optimiser, rate=0.1):
    point = START.copy()
    update = optimiser.start(point)
    for gradient in GRADIENTS:
        update(gradient, rate)
    return point


def test_plain_descent_subtracts_the_gradients():
    expected = START - 0.1 * GRADIENTS.sum(axis=0)
    np.testing.assert_allclose(walk(SGD(momentum=0.0)), expected, rtol=1e-13)


def test_momentum_gives_each_gradient_a_geometric_series_of_steps():
    # Gradient k acts in the steps k, k + 1, ..., 4 with weights 1, m, m², ...
    share = [(1.0 - 0.8 ** (5 - k)) / (1.0 - 0.8) for k in range(5)]
    expected = START - 0.1 * np.asarray(share) @ GRADIENTS
    np.testing.assert_allclose(walk(SGD(momentum=0.8)), expected, rtol=1e-13)


def test_nesterov_is_one_step_of_momentum_ahead():
    share = [(1.0 - 0.8 ** (6 - k)) / (1.0 - 0.8) for k in range(5)]
    expected = START - 0.1 * np.asarray(share) @ GRADIENTS
    np.testing.assert_allclose(walk(SGD(momentum=0.8, nesterov=True)), expected, rtol=1e-13)


def test_adam_divides_weighted_means_that_sum_to_one():
    point = START.copy()
    for t in range(1, 6):
        # The bias correction makes both means exact averages with weights that sum to 1.
        w1, w2 = (b ** np.arange(t)[::-1] for b in (0.9, 0.999))
        mean = w1 @ GRADIENTS[:t] / w1.sum()
        square = w2 @ GRADIENTS[:t] ** 2 / w2.sum()
        point -= 0.1 * mean / (np.sqrt(square) + 1e-8)
    np.testing.assert_allclose(walk(Adam()), point, rtol=1e-12)


@pytest.mark.parametrize("optimiser", [SGD, Adam])
def test_weight_decay_shrinks_weights_and_leaves_biases(optimiser):
    X, y = np.zeros((8, 2)), np.full((8, 2), 0.5)
    network = Network([Dense(2)], ("identity", "squared_error"), inputs=2)
    network.named_parameters["layers.0.biases"][...] = 0.5  # where the gradient is 0
    before = network.parameters.copy()
    network.fit(
        X, y, epochs=2, batch_size=4, optimiser=optimiser(learning_rate=0.1, weight_decay=0.5)
    )
    np.testing.assert_allclose(network.parameters[:4], before[:4] * 0.95**4, rtol=1e-13)
    np.testing.assert_array_equal(network.parameters[4:], before[4:])


def test_the_schedule_scales_each_batch_and_the_history_has_the_last_rate():
    network = Network([Dense(2)], inputs=3)
    settings = {"epochs": 2, "batch_size": 4, "optimiser": SGD(learning_rate=0.2, momentum=0.0)}
    X, y = np.random.default_rng(2).normal(size=(8, 3)), np.arange(8) % 2
    history = network.fit(X, y, schedule=Linear(), **settings)
    assert history.learning_rate == pytest.approx([0.15, 0.05])
    assert network.fit(X, y, schedule=Constant(), **settings).learning_rate == [0.2, 0.2]


def test_lbfgs_finds_the_maximum_likelihood_of_iris():
    X, y = load_iris(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    network = Network([Dense(3)], ("softmax", "cross_entropy"))
    history = network.fit(X, y, optimiser=LBFGS(weight_decay=1e-2), epochs=200)
    # scikit-learn: sum of losses + |w|² / 2C, which is 150 times ours for C = 1 / (150 * 0.01).
    peer = LogisticRegression(C=1.0 / 1.5, tol=1e-10, max_iter=1000).fit(X, y)
    np.testing.assert_allclose(network.predict(X), peer.predict_proba(X), atol=1e-6)
    assert history.accuracy[-1] == peer.score(X, y)
    assert history.epochs < 200
    assert history.loss[-1] < history.loss[0]
    assert not history.learning_rate


def test_lbfgs_in_float32_gets_as_far_as_its_precision():
    X, y = load_iris(return_X_y=True)
    network = Network([Dense(3)], dtype="float32")
    history = network.fit((X - X.mean(axis=0)) / X.std(axis=0), y, optimiser="lbfgs", epochs=50)
    assert history.accuracy[-1] >= 0.97
    assert network.parameters.dtype == np.float32


def test_lbfgs_refuses_batches():
    with pytest.raises(ParameterError, match="leave batch_size out"):
        Network([Dense(3)]).fit(*load_iris(return_X_y=True), optimiser="lbfgs", batch_size=10)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: SGD(learning_rate=0.0),
        lambda: SGD(learning_rate=float("nan")),
        lambda: SGD(momentum=1.0),
        lambda: SGD(weight_decay=-1.0),
        lambda: Adam(beta1=1.0),
        lambda: Adam(beta2=-0.1),
        lambda: Adam(epsilon=0.0),
        lambda: LBFGS(memory=0),
        lambda: LBFGS(weight_decay=float("inf")),
        lambda: LBFGS(tolerance=-1.0),
    ],
)
def test_settings_outside_their_range_are_refused(wrong):
    with pytest.raises(ParameterError, match="expected"):
        wrong()


def test_unknown_optimisers_are_refused():
    X, y = load_iris(return_X_y=True)
    with pytest.raises(UnknownNameError, match="known: adam, sgd, lbfgs"):
        Network([Dense(3)]).fit(X, y, optimiser="adamw")
    with pytest.raises(InputTypeError, match="optimiser is a float"):
        Network([Dense(3)]).fit(X, y, optimiser=0.1)
