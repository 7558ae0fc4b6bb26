"""What entries say of logits, targets and hyper-parameters is so, of all of which it is."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from laws.cases import pair_logits, targets
from softgrad import OutputLayer
from softgrad.catalogue import ACTIVATIONS, LOSSES, find_activation
from softgrad.contracts.pair_facts import is_separable
from softgrad.errors import CapabilityError, SoftgradError

Z = np.random.default_rng(0).normal(size=(6, 4))
ACTIVATION_KINDS = list(ACTIVATIONS.values())
LOSS_KINDS = list(LOSSES.values())
SHARES = np.random.default_rng(1).dirichlet(np.ones(4), (2, 6))


@pytest.mark.parametrize("kind", ACTIVATION_KINDS, ids=lambda kind: kind.name)
def test_logits_are_divided_by_what_says_so_alone(kind: Any) -> None:
    one = kind.examples()[0]
    noise = {"noise": np.zeros(4), "generator": None} if one.noisy else {}
    for name, value in one.hyper_parameters.items():
        if not isinstance(value, float):
            continue
        try:
            single, double = (replace(one, **{name: x}, **noise) for x in (1.0, 2.0))
        except SoftgradError:
            continue  # 1 or 2 is no value of it
        divides = np.array_equal(double(2.0 * Z), single(Z))
        assert divides == (name == one.divided_by)


@pytest.mark.parametrize("kind", [k for k in ACTIVATION_KINDS if k.noisy], ids=str)
def test_a_noisy_activation_is_another_one_of_logits_and_noise(kind: Any) -> None:
    noisy = kind(generator=3)
    plain = replace(find_activation(kind.noisy), temperature=noisy.temperature)
    expected = plain(Z + noisy.draw_noise(Z.shape))
    np.testing.assert_allclose(noisy(Z), expected, rtol=1e-14)


@pytest.mark.parametrize("kind", ACTIVATION_KINDS, ids=lambda kind: kind.name)
def test_an_output_has_a_derivative_by_what_says_so_alone(kind: Any) -> None:
    one = kind.examples()[0]
    for name in one.hyper_parameters:
        if name in one.differentiable_by or (name == one.divided_by and not one.noisy):
            step = 2.0**-20
            value = getattr(one, name)
            above, below = (replace(one, **{name: value + s})(Z) for s in (step, -step))
            slope = one.parameter_derivative(Z, name)
            np.testing.assert_allclose(slope, (above - below) / (2 * step), atol=1e-7)
        else:
            with pytest.raises(CapabilityError, match=f"derivative by {name}"):
                one.parameter_derivative(Z, name)


@pytest.mark.parametrize("kind", [k for k in ACTIVATION_KINDS if not k.rowwise], ids=str)
def test_a_separable_loss_is_the_sum_of_its_entries(kind: Any) -> None:
    activation = kind.examples()[0]
    for loss in (other() for other in LOSS_KINDS):
        if not loss.fits(activation):
            continue
        z = pair_logits(activation, loss)[:3]
        found = [one.given for one in targets(activation, loss, z) if one.given.shape == z.shape]
        for t in found:
            whole = OutputLayer(activation, loss, check_target=False).value(z, t)
            try:
                parts = OutputLayer(activation, loss, axis=(), check_target=False).value(z, t)
                adds_up = np.allclose(parts.sum(-1), whole, rtol=1e-12, equal_nan=True)
            except SoftgradError:  # it has no rows of one entry
                adds_up = False
            if is_separable(activation, loss):
                assert adds_up, loss
            else:
                assert not adds_up, loss


def test_linear_losses_are_linear_in_the_shares_of_a_target() -> None:
    activation = find_activation("softmax")
    for loss, share in product((kind() for kind in LOSS_KINDS), (0.25,)):
        if not loss.fits(activation) or loss.target_kind in ("labels", "row", "bounds"):
            continue
        layer = OutputLayer(activation, loss, check_target=False)
        first, second = SHARES
        mixed = layer.value(Z, share * first + (1 - share) * second)
        apart = share * layer.value(Z, first) + (1 - share) * layer.value(Z, second)
        if loss.linear_in_target:
            np.testing.assert_allclose(mixed, apart, rtol=1e-12)
