"""Hyper-parameters, sums of losses and what an activation cannot give."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import softgrad as sg
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.contracts.domains import COINS, POSITIVE, REAL, SIMPLEX, SPARSE_SIMPLEX
from softgrad.errors import CapabilityError, ParameterError, ShapeError

Z = np.array([[1.0, 2.0, 0.5], [0.0, 1.0, -1.0]])
LABELS = np.array([0, 2])
ENTRIES = [*ACTIVATIONS.values(), *LOSSES.values()]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: sg.Softmax(temperature=0.0), "Softmax: temperature is 0.0; expected a number > 0"),
        (lambda: sg.Softmax(temperature=np.nan), "temperature is nan"),
        (lambda: sg.Softmax(temperature="1"), "temperature is '1'"),
        (lambda: sg.Softmax(temperature=True), "temperature is True"),
        (lambda: sg.TaylorSoftmax(order=3), "order is 3; expected a number that is even"),
        (lambda: sg.Entmax(alpha=0.5), "alpha is 0.5"),
        (lambda: sg.Quantile(tau=1.5), "tau is 1.5; expected a number >= 0 and <= 1"),
        (lambda: float("nan") * sg.cross_entropy, "cannot be scaled by nan"),
    ],
)
def test_a_hyper_parameter_out_of_range_is_named(make: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        make()


@pytest.mark.parametrize("kind", ENTRIES, ids=lambda kind: kind.__name__)
def test_options_are_keyword_only_and_shown(kind: Any) -> None:
    for variant in kind.examples():
        assert all(name in variant.hyper_parameters for name in kind().hyper_parameters)
        if kind().hyper_parameters:
            with pytest.raises(TypeError):
                kind(1.0)


def test_a_domain_lies_within_another() -> None:
    assert SIMPLEX.is_within(SPARSE_SIMPLEX)
    assert not SPARSE_SIMPLEX.is_within(SIMPLEX)
    assert POSITIVE.is_within(REAL)
    assert not REAL.is_within(POSITIVE)
    assert not COINS.is_within(SIMPLEX)


def test_a_sum_of_losses_is_the_sum_in_every_derivative() -> None:
    both = sg.cross_entropy + 0.25 * sg.z_loss
    one = sg.OutputLayer("softmax", "cross_entropy")
    two = sg.OutputLayer("softmax", "z_loss")
    layer = sg.OutputLayer("softmax", both)
    t = np.eye(3)[LABELS]
    for name in ("value", "gradient"):
        whole, a, b = (getattr(x, name)(Z, t) for x in (layer, one, two))
        assert np.allclose(whole, a + 0.25 * b, rtol=1e-14, atol=0)
    dense = [x.hessian(Z, t).to_dense() for x in (layer, one, two)]
    assert np.allclose(dense[0], dense[1] + 0.25 * dense[2], rtol=1e-12, atol=1e-16)
    assert np.allclose(layer.hvp(Z, t, Z), np.einsum("bij,bj->bi", dense[0], Z), rtol=1e-12)
    assert np.array_equal(layer.value(Z, LABELS), layer.value(Z, t))
    assert "CrossEntropy()" in repr(both)
    assert "0.25" in repr(both)


def test_what_an_activation_cannot_give_is_said() -> None:
    with pytest.raises(CapabilityError, match=r"Tanh\(\) has no complement"):
        sg.tanh.complement(Z)
    with pytest.raises(CapabilityError, match=r"Identity\(\) has no logarithm"):
        sg.identity.log(Z)
    with pytest.raises(CapabilityError, match="use jacobian"):
        sg.SphericalSoftmax().jacobian_from_output(sg.spherical_softmax(Z))


def test_a_cotangent_has_the_shape_of_the_logits() -> None:
    with pytest.raises(ShapeError, match=r"g has shape \(3,\); expected z's, \(2, 3\)"):
        sg.softmax.vjp(Z, np.ones(3))


def test_the_source_documents_number() -> None:
    """The derivative of output 1 by input 0 at (1, 2, 3), which a published page has wrong."""
    assert abs(sg.softmax.partial([1, 2, 3], i=1, j=0) - -0.0220330445) < 1e-10


def test_a_loss_through_probabilities_is_the_loss_through_their_logarithms() -> None:
    p = sg.OutputLayer("softmax", "focal")
    log_p = sg.OutputLayer("log_softmax", "focal")
    for name in ("value", "gradient"):
        assert np.allclose(
            getattr(p, name)(Z, LABELS), getattr(log_p, name)(Z, LABELS), rtol=1e-14, atol=0
        )
    dense = [x.hessian(Z, LABELS).to_dense() for x in (p, log_p)]
    assert np.allclose(dense[0], dense[1], rtol=1e-13, atol=1e-16)
