"""What backward gives is what softgrad gives NumPy, to the bit, where autodiff would go wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from laws.cases import ACTIVATION_VARIANTS, identify, pair_logits, targets
from softgrad import OutputLayer, pairs
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.torch import Loss

PAIRS = [(ACTIVATIONS[a].examples()[0], LOSSES[b]()) for a, b in pairs()]
REDUCTIONS: tuple[Any, ...] = ("none", "sum", "mean")


def hard_logits(activation: Any, n: int) -> np.ndarray:
    """Zero, tied, confident, far out, never; each a row, beside the usual ones."""
    confident = np.full(n, -40.0)
    confident[0] = 40.0
    far = np.resize([1000.0, -1000.0], n)
    rows = [np.zeros(n), np.full(n, 0.75), confident, -confident, far]
    if activation.domain.kind != "values":
        rows.append(np.where(np.arange(n) == n - 1, -np.inf, 0.5))
    return np.array(rows)


def backward(call: Any, z: np.ndarray, above: np.ndarray | None = None) -> np.ndarray:
    tensor = torch.tensor(z, requires_grad=True)
    value = call(tensor)
    value.backward(torch.ones_like(value) if above is None else torch.tensor(above))
    assert tensor.grad is not None
    return tensor.grad.numpy()


def equal(found: np.ndarray, expected: Any) -> None:
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(np.signbit(found), np.signbit(expected))


@pytest.mark.parametrize("pair", PAIRS, ids=identify)
def test_the_gradient_of_a_tensor_is_that_of_an_array(pair: Any) -> None:
    layer = OutputLayer(*pair)
    usual = pair_logits(*pair)[:2]
    z = np.concatenate([hard_logits(pair[0], usual.shape[1]), usual])
    t = targets(*pair, z)[0].given
    for reduction in REDUCTIONS:
        with np.errstate(all="ignore"):
            expected = layer.gradient(z, t, reduction=reduction)
            found = backward(
                lambda x, rule=reduction: layer.value(x, torch.tensor(t), reduction=rule), z
            )
        equal(found, expected)


@pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])
@pytest.mark.parametrize("activation", ACTIVATION_VARIANTS, ids=identify)
def test_the_product_with_a_jacobian_is_that_of_arrays(activation: Any, dtype: Any) -> None:
    z = hard_logits(activation, 4).astype(dtype)
    above = np.linspace(-1.0, 2.0, z.size).reshape(z.shape).astype(dtype)
    with np.errstate(all="ignore"):
        equal(backward(activation, z, above), activation.vjp(z, above))


@pytest.mark.parametrize("scale", [0.0, -3.0, 0.37])
def test_what_comes_from_above_scales_each_row_as_a_weight_does(scale: float) -> None:
    layer = OutputLayer("softmax", "cross_entropy")
    z, t = hard_logits(layer.activation, 4), np.arange(6) % 4
    found = backward(lambda x: layer.value(x, torch.tensor(t)), z, np.full(6, scale))
    rows = layer.gradient(z, t) * scale
    np.testing.assert_allclose(found, rows, rtol=2**-52, atol=0.0)


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize("module", [False, True], ids=["layer", "module"])
def test_a_zero_initialised_head_takes_the_first_step_of_torch(
    reduction: str, module: bool
) -> None:
    generator = torch.Generator().manual_seed(3)
    x = torch.randn(16, 5, dtype=torch.float64, generator=generator)
    labels = torch.arange(16) % 7
    made: Any = Loss if module else OutputLayer
    own = made("softmax", "cross_entropy", reduction=reduction)
    own = own if module else own.value
    steps: list[torch.Tensor] = []
    for loss in (own, lambda z, t: functional.cross_entropy(z, t, reduction=reduction)):
        head = torch.zeros(5, 7, dtype=torch.float64, requires_grad=True)
        loss(x @ head, labels).sum().backward()
        assert head.grad is not None
        steps.append(head.grad)
    # In the size of the sums over the batch.
    size = x.abs().sum(0).max() / (16 if reduction == "mean" else 1)
    assert (steps[0] - steps[1]).abs().max() <= 1e-15 * max(1.0, float(size))
