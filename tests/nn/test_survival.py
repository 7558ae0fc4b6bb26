"""Networks learn from times that are censored."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import softgrad as sg
from softgrad.errors import TargetError
from softgrad.nn import Dense, Network

RNG = np.random.default_rng(0)


def test_a_loss_that_compares_entries_is_refused_for_one_output_a_row() -> None:
    with pytest.raises(TargetError, match="axis=0"):
        Network([Dense(1)], output=("identity", "cox")).fit(np.ones((4, 2)), np.ones(4))


@pytest.mark.parametrize("loss", [sg.AcceleratedFailureTime(scale=0.3), sg.cox], ids=repr)
def test_a_network_learns_times_that_are_censored(loss: Any) -> None:
    X = RNG.normal(size=(200, 2))
    time = np.exp(X @ [1.0, -0.5] + 0.3 * RNG.normal(size=200))
    end = RNG.exponential(4.0, size=200)
    seen = time <= end
    if loss is sg.cox:  # the batch is one risk set
        layer, y = sg.OutputLayer("identity", loss, axis=0), np.where(seen, time, -end)
    else:
        layer = sg.OutputLayer("identity", loss)
        y = np.stack([np.minimum(time, end), np.where(seen, time, np.inf)], axis=1)
    network = Network([Dense(1)], output=layer, seed=0)
    assert network.check_gradient(X, y).passed
    network.fit(X, y, epochs=15, optimiser="lbfgs", progress=False)
    slopes = network.predict(np.eye(2))[:, 0] - network.predict(np.zeros((1, 2)))[0, 0]
    slopes = slopes / slopes[0]
    np.testing.assert_allclose(slopes, [1.0, -0.5], atol=0.1)
