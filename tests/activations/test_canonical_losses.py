"""The Fenchel-Young loss of what acts entry by entry."""

from typing import Any

import mpmath as mp
import numpy as np
import pytest

import softgrad as sg
from activations.reference import ELEMENTWISE, ulps
from softgrad.contracts import Activation

MONOTONE = [a for a in ELEMENTWISE if a.has_potential]


@pytest.mark.parametrize("activation", MONOTONE, ids=repr)
def test_canonical_loss_is_the_integral_of_output_less_target(activation: Activation) -> None:
    rng = np.random.default_rng(7)
    z = rng.normal(size=24) * rng.choice([0.2, 1.0, 4.0], 24)
    a = z + rng.normal(size=24) * rng.choice([1e-4, 0.1, 1.0, 4.0], 24)
    t = activation(a)
    loss = sg.OutputLayer(activation, "fenchel_young").value(z[:, None], t[:, None])

    ends = activation.hyper_parameters.values()
    places = sorted({-3.0, -1.0, 0.0, 1.0, 3.0, 6.0, *ends, *(-x for x in ends)})

    def f(u: Any) -> Any:
        return activation.exact([u])[0]

    with mp.workdps(40):
        for x, start, target, got in zip(z, a, t, loss, strict=True):
            if abs(float(mp.diff(f, start))) < 1e-3:
                continue  # the target, rounded, belongs to another point
            kinks = [k for k in places if min(x, start) < k < max(x, start)]
            path = [mp.mpf(start), *(kinks if start < x else kinks[::-1]), mp.mpf(x)]
            want = mp.quad(lambda u, y=target: f(u) - mp.mpf(y), path)
            change = abs(x * (f(mp.mpf(x)) - target)) + abs(target * (x - start))
            condition = 1 + float(change / want)
            assert ulps(got, want, np.float64) <= 6 * condition, (x, start)


@pytest.mark.parametrize("activation", MONOTONE, ids=repr)
def test_canonical_loss_is_never_negative_nor_nan_at_the_ends(activation: Activation) -> None:
    z = np.array([-np.inf, -1e30, -700.0, -1e-300, 0.0, 1e-300, 700.0, 1e30, np.inf])
    for target in (0.0, 0.5, 1.0, -0.5, -1.0):
        with np.errstate(all="ignore"):
            loss = activation.forms(np, z[:, None]).excess(np.full((9, 1), target))
        assert not np.isnan(loss).any(), target
        assert (loss >= 0.0).all(), target
