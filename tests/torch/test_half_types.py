"""Types of fewer digits: rounded once, whatever comes from above."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from laws.cases import identify, targets
from softgrad import OutputLayer, pairs
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.torch import Activation, Loss

HALF = (torch.bfloat16, torch.float16)
each_half = pytest.mark.parametrize("dtype", HALF, ids=str)
ACTIVATIONS_TESTED = [kind.examples()[0] for kind in ACTIVATIONS.values()]
NAMES = [
    ("softmax", "cross_entropy"),
    ("softmax", "focal"),
    ("softmax", "squared_error"),
    ("log_softmax", "negative_log_likelihood"),
    ("sigmoid", "cross_entropy"),
    ("tanh", "huber"),
    ("sparsemax", "squared_error"),
    ("entmax", "fenchel_young"),
    ("exp", "poisson"),
    ("identity", "squared_error"),
    ("identity", "hinge"),
    ("gelu", "log_cosh"),
]
PAIRS = [(ACTIVATIONS[a].examples()[0], LOSSES[b]()) for a, b in NAMES]


def test_the_pairs_are_pairs() -> None:
    assert set(NAMES) <= set(pairs())


def logits(rows: int, n: int) -> Tensor:
    generator = torch.Generator().manual_seed(11)
    return 2.0 * torch.randn(rows, n, dtype=torch.float64, generator=generator)


def rounded_once(found: Tensor, exact: Tensor, limit: float = 0.51) -> None:
    """Within a rounding of what the numbers in float64 give, in the type of `found`."""
    info = torch.finfo(found.dtype)
    size = exact.abs().clamp(min=info.tiny)
    step = torch.exp2(torch.floor(torch.log2(size))) * info.eps
    gap = (found.double() - exact).abs()
    inside = exact.abs() <= info.max
    assert bool((gap[inside] <= limit * step[inside]).all()), float((gap / step)[inside].max())
    assert bool(found[~inside].isinf().all())


def value_and_slope(call: Any, z: Tensor, above: Tensor) -> tuple[Tensor, Tensor]:
    leaf = z.clone().requires_grad_()
    value = call(leaf)
    (slope,) = torch.autograd.grad(value, leaf, above.to(value.dtype).expand(value.shape))
    return value.detach(), slope


@each_half
@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
@pytest.mark.parametrize("pair", PAIRS, ids=identify)
def test_a_loss_and_its_gradient_are_rounded_once(pair: Any, reduction: Any, dtype: Any) -> None:
    z = logits(64, 6).to(dtype)
    goal = targets(*pair, z[:, :4].double().numpy()[:5])[0]
    t = torch.tensor(np.resize(np.asarray(goal.given), (64, *np.shape(goal.given)[1:])))
    t = t if t.dim() == 1 else torch.cat([t, t[:, :2]], 1)
    layer = OutputLayer(*pair, reduction=reduction, check_target=False)
    soft = t.to(dtype) if t.is_floating_point() else t
    for scale in (1.0, -0.375):
        above = torch.tensor(scale)
        found = value_and_slope(lambda x: layer.value(x, soft), z, above)
        given = soft.double() if t.is_floating_point() else t
        exact = value_and_slope(lambda x, given=given: layer.value(x, given), z.double(), above)
        assert found[0].dtype == found[1].dtype == dtype
        for a, b in zip(found, exact, strict=True):
            rounded_once(a, b)


@each_half
@pytest.mark.parametrize("activation", ACTIVATIONS_TESTED, ids=identify)
def test_an_activation_and_its_product_are_rounded_once(activation: Any, dtype: Any) -> None:
    z = logits(16, 5).to(dtype)
    above = (torch.linspace(-2.0, 2.0, 80).reshape(16, 5)).to(dtype)
    for form in ("output", "log", "complement")[: 3 if activation.domain.kind == "simplex" else 1]:
        call = activation if form == "output" else getattr(activation, form)
        value, slope = value_and_slope(call, z, above)
        exact = value_and_slope(call, z.double(), above.double())
        rounded_once(value, exact[0])
        # A product is a sum that may cancel: in the size of its terms.
        size = exact[1].abs() + 2.0**-10
        assert bool(((slope.double() - exact[1]).abs() <= 0.51 * size * _eps(dtype)).all())


def _eps(dtype: torch.dtype) -> float:
    return float(torch.finfo(dtype).eps)


@pytest.mark.parametrize(("scale", "autocast"), [(65536.0, True), (32768.0, False)])
def test_a_scaled_loss_loses_no_small_gradient_of_float16(scale: float, autocast: bool) -> None:
    """As torch.amp.GradScaler scales it; rounded before that, an entry would be 0."""
    z = torch.tensor([[12.0, -6.0, -7.0, 0.5]], dtype=torch.float16).expand(256, 4).clone()
    labels = torch.zeros(256, dtype=torch.int64)
    loss = Loss("softmax", "cross_entropy")
    leaf = z.clone().requires_grad_()
    with torch.autocast("cpu", dtype=torch.float16, enabled=autocast):
        value = loss(leaf, labels)
    assert value.dtype is (torch.float32 if autocast else torch.float16)
    (slope,) = torch.autograd.grad(value, leaf, torch.tensor(scale, dtype=value.dtype))
    _, exact = value_and_slope(lambda x: loss(x, labels), z.double(), torch.tensor(1.0))
    assert bool((exact.half() == 0).any())
    assert bool((slope != 0).all())
    rounded_once(slope, exact * scale)


def test_entries_of_float32_are_within_3e7_of_float64() -> None:
    """Where torch's own are up to 2.5e-6 off."""
    z = 4.0 * logits(512, 100)
    labels = torch.arange(512) % 100
    layer = OutputLayer("softmax", "cross_entropy", reduction="sum")
    exact = value_and_slope(lambda x: layer.value(x, labels), z.float().double(), torch.tensor(1.0))
    found = value_and_slope(lambda x: layer.value(x, labels), z.float(), torch.tensor(1.0))
    relative = ((found[1].double() - exact[1]) / exact[1]).abs()
    assert float(relative.max()) <= 3e-7


def test_under_autocast_a_loss_is_float32_and_an_activation_keeps_its_type() -> None:
    head = torch.nn.Linear(5, 4)
    x, labels = logits(8, 5).float(), torch.arange(8) % 4
    with torch.autocast("cpu", dtype=torch.bfloat16):
        h = head(x)
        value = Loss("softmax", "cross_entropy")(h, labels)
        p = Activation("softmax")(h)
    assert h.dtype is torch.bfloat16
    assert value.dtype is torch.float32
    assert p.dtype is torch.bfloat16
    value.backward()
    assert head.weight.grad is not None
    assert head.weight.grad.dtype is torch.float32
    expected = torch.nn.functional.cross_entropy(h.detach().double(), labels)
    assert abs(value.detach().double() - expected) <= 2**-23 * expected
