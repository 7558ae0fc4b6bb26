"""What entries say of themselves (softgrad.contracts.facts) is what they do, and all that they do.

A fact that is claimed holds at drawn points; where none is claimed, a point shows that it would
be wrong. Hyper-parameters are those of each class's examples.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from mpmath import mp

from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.contracts.domains import REAL, Domain
from softgrad.errors import CapabilityError
from softgrad.testing.points import bounds

K = 4
ROWS = 64
IDENTITY = ACTIVATIONS["identity"]()
ACTIVATION_EXAMPLES = [one for kind in ACTIVATIONS.values() for one in kind.examples()]
LOSS_EXAMPLES = [one for kind in LOSSES.values() for one in kind.examples()]
# Its noise is drawn anew at each call.
QUIET = [one for one in ACTIVATION_EXAMPLES if one.name != "gumbel_softmax"]
PREDICTED = [one for one in LOSS_EXAMPLES if not one.needs_potential]

each_activation = pytest.mark.parametrize("activation", QUIET, ids=repr)
by_each_path = pytest.mark.usefixtures("each_way")
each_loss_by_name = pytest.mark.parametrize("name", dict.fromkeys(one.name for one in PREDICTED))
each_loss = pytest.mark.parametrize("loss", PREDICTED, ids=repr)


def drawn_in(domain: Domain, size: float, shape: Any, rng: np.random.Generator) -> np.ndarray:
    """On both sides of 0, or of 1, where the domain goes on there."""
    if (domain.low, domain.high) == (0.0, 1.0):
        return rng.random(shape)
    if domain.is_everything:
        return size * rng.normal(size=shape)
    side = 1.0 if domain.low == 0.0 else -1.0
    return side * rng.lognormal(sigma=size, size=shape)


def predictions(loss: Any, rng: np.random.Generator) -> np.ndarray:
    domain, shape = loss.accepts[0], (ROWS, loss.row_length or K)
    if domain.kind == "simplex":
        return rng.dirichlet(np.full(K, 0.5), ROWS) + 1e-9
    return drawn_in(domain, 2.0, shape, rng)


def targets(loss: Any, rng: np.random.Generator) -> np.ndarray:
    if loss.targets == "row":
        return rng.normal(size=ROWS)
    if loss.targets == "bounds":
        return bounds(ROWS)
    if loss.targets == "labels":
        return rng.integers(0, K, ROWS)
    if loss.targets == "classes":
        return rng.dirichlet(np.full(K, 0.5), ROWS)
    return drawn_in(loss.allowed_targets(), 1.0, (ROWS, K), rng)


@cache
def hessians(loss: Any) -> np.ndarray:
    """By the prediction, at drawn ones."""
    rng = np.random.default_rng(3)
    found = loss.hessian(predictions(loss, rng), targets(loss, rng)).to_dense()
    assert found.shape == (ROWS, loss.row_length or K, loss.row_length or K)
    return found


def sizes(matrices: np.ndarray) -> np.ndarray:
    return np.abs(matrices).max(axis=(-2, -1))


@each_loss_by_name
def test_a_convex_loss_has_no_negative_eigenvalue_and_any_other_has_one(name: str) -> None:
    lowest = []
    for loss in LOSSES[name].examples():
        H = hessians(loss)
        eigenvalues = np.linalg.eigvalsh(0.5 * (H + H.swapaxes(-1, -2)))
        lowest.append(np.min(eigenvalues[:, 0] + 64 * K * np.finfo(float).eps * sizes(H)))
    assert (min(lowest) >= 0.0) == LOSSES[name].convex


@each_loss
def test_a_flat_loss_has_no_second_derivative_and_any_other_has_one(loss: Any) -> None:
    H, domain = hessians(loss), loss.accepts[0]
    scale = sizes(H).max()
    if domain.kind == "simplex":  # from class to class
        along = np.eye(K) - 1.0 / K
        H = along @ H @ along
    assert (sizes(H).max() <= 4 * np.finfo(float).eps * scale) == loss.is_flat(domain)
    assert loss.is_flat(domain) or not loss.flat


@each_loss_by_name
def test_a_constant_hessian_is_the_same_everywhere_and_any_other_is_not(name: str) -> None:
    def is_constant(loss: Any) -> bool:
        H = hessians(loss)
        return bool(np.ptp(H, axis=0).max() <= 4 * np.finfo(float).eps * sizes(H).max())

    bent = [one for one in LOSSES[name].examples() if not one.is_flat(REAL)]
    assert not bent or all(map(is_constant, bent)) == LOSSES[name].constant_hessian


@each_loss
def test_what_compares_entries_knows_nothing_of_one(loss: Any) -> None:
    if loss.targets != "entries" or loss.row_length or not loss.allowed_targets().has(0.75):
        assert not loss.compares_entries
        return
    r, t = np.array([[0.25], [3.0]]), np.array([[0.75], [0.5]])
    domain = loss.accepts[0]
    r = np.minimum(r, 0.9) if domain.high == 1.0 else r
    r = r * ([[1.0], [-1.0]] if domain.low < 0.0 else 1.0)  # one that has another sign
    costs = loss(r, t)
    assert loss.compares_entries == (not np.any(costs))


@each_loss
def test_linear_tails_bend_near_the_target_and_not_far_from_it(loss: Any) -> None:
    if loss.targets != "entries" or loss.accepts[0].low == 0.0 or loss.lives_on.value == "logits":
        assert not loss.linear_tails
        return
    t = np.zeros((3, 1))
    near, below, above = loss.hessian(np.array([[1e-3], [-30.0], [30.0]]), t).diagonal()[:, 0]
    assert loss.linear_tails == (near > 0.0 and below == above == 0.0)


@each_loss
def test_the_variance_power_is_that_of_the_slope(loss: Any) -> None:
    takes_means = loss.targets == "entries" and loss.allowed_targets().has(20.0)
    if not takes_means or loss.lives_on.value == "logits":
        assert loss.variance_power() is None
        return
    m, t = np.random.default_rng(1).uniform(0.05, 20.0, size=(2, ROWS, 1))
    slopes = loss.gradient(m, t)
    power = loss.variance_power()
    for rho in (power,) if power is not None else np.linspace(-1.0, 3.0, 17):
        factor = slopes * m**rho / (m - t)
        spread = np.ptp(factor)
        is_it = np.any(factor) and spread <= 1e-12 * np.abs(factor).max()
        assert is_it == (power is not None)


@each_loss
def test_the_quantile_level_balances_the_slopes_of_both_sides(loss: Any) -> None:
    if loss.targets != "entries" or loss.accepts[0].low == 0.0 or loss.lives_on.value == "logits":
        assert loss.quantile_level() is None
        return
    distance = np.array([[2.0**-10], [0.75], [20.0], [0.75]])
    t = np.array([[0.0], [0.0], [0.0], [-5.0]])
    below, above = loss.gradient(t - distance, t), loss.gradient(t + distance, t)
    is_step = np.ptp(below) == 0.0 and np.ptp(above) == 0.0 and np.any(above - below)
    assert is_step == (loss.quantile_level() is not None)
    if is_step:  # tau of the targets lie below
        np.testing.assert_allclose(-below / (above - below), loss.quantile_level(), rtol=1e-15)


@each_loss
def test_a_log_score_has_the_slope_of_the_targets_share_of_log_p(loss: Any) -> None:
    if loss.targets != "classes" or loss.accepts[0].kind != "simplex":
        assert not loss.log_score
        return
    rng = np.random.default_rng(2)
    p, t = rng.dirichlet(np.ones(K), ROWS), rng.dirichlet(np.ones(K), ROWS)
    scaled = loss.gradient(p, t) * p / t
    is_score = bool(np.all(np.abs(scaled + 1.0) <= 8 * np.finfo(float).eps))
    # (Others are so for one value of a hyper-parameter: focal at gamma = 0.)
    assert loss.log_score == (is_score and LOSSES[loss.name].log_score)
    assert is_score or not loss.log_score
    assert not is_score or loss.log_score or len(type(loss).examples()) > 1


@each_loss
def test_a_fisher_information_is_supplied_where_it_is_said(loss: Any) -> None:
    z = predictions(loss, np.random.default_rng(3))
    forms = IDENTITY.forms(np, z)
    if not loss.has_fisher_information:
        with pytest.raises(CapabilityError, match="no Fisher information"):
            loss.row_fisher(forms)
        return
    assert loss.targets == "row"  # elsewhere a prediction stands for what it foretells
    assert np.linalg.eigvalsh(loss.row_fisher(forms).to_dense()).min() > 0.0


@by_each_path
@each_activation
def test_the_link_undoes_the_activation_and_names_every_classic(activation: Any) -> None:
    z = np.array([-30.0, -3.0, -0.5, -0.03, 0.03, 0.25, 2.0, 30.0])
    undone = {
        "identity": lambda x: x,
        "log": lambda x: mp.exp(x),
        "logit": lambda x: 1 / (1 + mp.exp(-x)),
    }
    a = activation(z)
    fits = [
        name
        for name, inverse in undone.items()
        if np.allclose(a, [float(inverse(mp.mpf(x))) for x in z], rtol=8e-16, atol=0.0)
    ]
    assert fits == ([activation.link] if activation.link else [])


@each_activation
def test_a_piecewise_linear_activation_has_no_curvature_and_any_other_has_one(
    activation: Any,
) -> None:
    rng = np.random.default_rng(4)
    z, g = rng.normal(size=(2, ROWS, K))
    bends = activation.curvature(z, g).to_dense()
    assert (np.abs(bends).max() == 0.0) == activation.is_piecewise_linear()


@by_each_path
@each_activation
def test_natural_parameters_are_log_odds(activation: Any) -> None:
    """And whose are not has a row where no scale makes them so."""
    rng = np.random.default_rng(5)
    z = rng.normal(size=(ROWS, K))
    kind = activation.domain.kind
    if kind == "values" or activation.name == "hardmax" or 0.0 in activation(z):
        assert activation.natural_scale() is None
        return
    p = np.asarray(activation(z), dtype=float)
    p = np.exp(p) if kind.startswith("log-") else p
    if "coins" in kind:
        odds, parameters = np.log(p / (1.0 - p)), z
    else:
        odds, parameters = np.diff(np.log(p)), np.diff(z)
    scale = activation.natural_scale()
    found = odds / parameters
    if scale is None:
        assert np.ptp(found) > 1e-3 * np.abs(found).max()
    else:
        near = 1e-12 * (1.0 + 1.0 / np.abs(parameters))
        assert np.all(np.abs(found / scale - 1.0) <= near)
