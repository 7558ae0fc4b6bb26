"""What PyTorch tests its own modules with, softgrad's modules give the same for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.testing._internal.common_modules import module_db

import softgrad as sg
from softgrad.errors import WeightError
from softgrad.torch import Activation, Loss

#: torch's module of an activation, and softgrad's of the same settings.
ACTIVATIONS: dict[type[nn.Module], Callable[[Any], Activation]] = {
    nn.Softmax: lambda m: Activation("softmax", dim=m.dim),
    nn.Softmax2d: lambda m: Activation("softmax", dim=-3),
    nn.LogSoftmax: lambda m: Activation("log_softmax", dim=m.dim),
    nn.Softmin: lambda m: Activation("softmin", dim=m.dim),
    nn.Sigmoid: lambda m: Activation("sigmoid"),
    nn.Tanh: lambda m: Activation("tanh"),
    nn.ReLU: lambda m: Activation("relu"),
    nn.ReLU6: lambda m: Activation("relu6"),
    nn.GELU: lambda m: Activation(sg.GELU(approximate=m.approximate == "tanh")),
    nn.SiLU: lambda m: Activation("silu"),
    nn.Mish: lambda m: Activation("mish"),
    nn.ELU: lambda m: Activation(sg.ELU(alpha=m.alpha)),
    nn.CELU: lambda m: Activation(sg.CELU(alpha=m.alpha)),
    nn.SELU: lambda m: Activation("selu"),
    nn.Softplus: lambda m: Activation(sg.Softplus(beta=m.beta)),
    nn.Softsign: lambda m: Activation("softsign"),
    nn.LogSigmoid: lambda m: Activation("log_sigmoid"),
    nn.Hardtanh: lambda m: Activation(sg.HardTanh(low=m.min_val, high=m.max_val)),
    nn.Hardsigmoid: lambda m: Activation("hard_sigmoid"),
    nn.Hardswish: lambda m: Activation("hard_swish"),
    nn.Hardshrink: lambda m: Activation(sg.HardShrink(width=m.lambd)),
    nn.Softshrink: lambda m: Activation(sg.SoftShrink(width=m.lambd)),
    nn.Tanhshrink: lambda m: Activation("tanh_shrink"),
    nn.Threshold: lambda m: Activation(sg.Threshold(theta=m.threshold, replacement=m.value)),
    nn.LeakyReLU: lambda m: Activation(sg.LeakyReLU(slope=m.negative_slope)),
}

Call = Callable[[Any, Tensor, Tensor], Tensor]


def _coins(m: Any, z: Tensor, t: Tensor) -> Tensor:
    own = Loss(
        "sigmoid",
        "cross_entropy",
        reduction=m.reduction,
        weight=m.weight,
        pos_weight=getattr(m, "pos_weight", None),
    )
    return own(z, t)


def _divergence(m: Any, log_p: Tensor, t: Tensor) -> Tensor:
    # (One of torch's samples has logarithms of more than 1 as targets.)
    own = Loss("identity", "kl_divergence_of_logs", reduction=m.reduction, check_target=False)
    return own(log_p, t if m.log_target else t.log())


def _counts(m: Any, z: Tensor, t: Tensor) -> Tensor:
    own = Loss("exp", "poisson", reduction=m.reduction)
    value = own(z if m.log_input else (z + m.eps).log(), t)
    if m.full:  # which depends on the target alone
        rest = t * t.log() - t + 0.5 * torch.log(2 * torch.pi * t)
        value = value + _reduced(torch.where(t > 1, rest, 0.0), m.reduction)
    return value - (0.0 if m.log_input else _reduced(torch.full_like(z, m.eps), m.reduction))


def _margins(m: Any, z: Tensor, t: Tensor) -> Tensor:
    """Divided by the number of classes; a margin is a scale of the scores; the mean is by rows."""
    loss = sg.WestonWatkins(squared=m.p == 2)
    own = Loss("identity", loss, reduction="none", weight=m.weight)
    return _reduced(m.margin**m.p * own(z / m.margin, t) / z.shape[-1], m.reduction)


def _signs(m: Any, z: Tensor, t: Tensor) -> Tensor:
    return Loss("sigmoid", "cross_entropy", reduction=m.reduction)(z, (t + 1) / 2)


def _labels_of_rows(m: Any, z: Tensor, t: Tensor) -> Tensor:
    own = Loss("sigmoid", "cross_entropy", reduction="none", weight=m.weight)
    return _reduced(own(z, t.to(z.dtype)).mean(-1), m.reduction)


def _reduced(rows: Tensor, reduction: str) -> Tensor:
    return {"none": rows, "mean": rows.mean(), "sum": rows.sum()}[reduction]


def _classes(m: Any, z: Tensor, t: Tensor) -> Tensor:
    named = ("identity", "negative_log_likelihood")
    settings: dict[str, Any] = {}
    if isinstance(m, nn.CrossEntropyLoss):
        named = ("softmax", "cross_entropy")
        settings["label_smoothing"] = m.label_smoothing
    own = Loss(
        *named, reduction=m.reduction, weight=m.weight, ignore_index=m.ignore_index, **settings
    )
    return own(z, t)


LOSSES: dict[type[nn.Module], Call] = {
    nn.CrossEntropyLoss: _classes,
    nn.NLLLoss: _classes,
    nn.BCELoss: lambda m, p, t: _coins(m, torch.logit(p), t),
    nn.BCEWithLogitsLoss: _coins,
    nn.MSELoss: lambda m, z, t: Loss("identity", "squared_error", reduction=m.reduction)(z, t),
    nn.L1Loss: lambda m, z, t: Loss("identity", "absolute_error", reduction=m.reduction)(z, t),
    nn.SmoothL1Loss: lambda m, z, t: (
        Loss("identity", sg.Huber(delta=m.beta), reduction=m.reduction)(z, t) / m.beta
    ),
    nn.HuberLoss: lambda m, z, t: Loss("identity", sg.Huber(delta=m.delta), reduction=m.reduction)(
        z, t
    ),
    nn.KLDivLoss: _divergence,
    nn.PoissonNLLLoss: _counts,
    nn.MultiMarginLoss: _margins,
    nn.SoftMarginLoss: _signs,
    nn.MultiLabelSoftMarginLoss: _labels_of_rows,
}


def samples(kind: type[nn.Module]) -> Iterator[tuple[Any, tuple[Any, ...], str]]:
    """torch's samples: the module, what it is called with, and a name."""
    torch.manual_seed(0)
    info = next((one for one in module_db if one.module_cls is kind), None)
    if info is None:  # (of Hardsigmoid there are none)
        yield kind(), (3 * torch.randn(3, 4),), "of our own"
        return
    settings = {"dtype": torch.float64, "requires_grad": True, "training": True}
    for sample in info.module_inputs_func(info, device="cpu", **settings):
        made, called = sample.constructor_input, sample.forward_input
        yield kind(*made.args, **made.kwargs), (*called.args, *called.kwargs.values()), sample.desc


def value_and_slopes(call: Any, z: Tensor, *others: Any) -> tuple[Tensor, Tensor]:
    """The value, and the gradient of its sum times fixed numbers."""
    leaf = z.detach().clone().requires_grad_()
    value = call(leaf + 0.0, *others)  # (some samples work in place)
    above = torch.linspace(0.5, 2.0, max(1, value.numel()), dtype=value.dtype)
    value.backward(above[: value.numel()].reshape(value.shape))
    assert leaf.grad is not None
    return value.detach(), leaf.grad


def same(found: tuple[Tensor, Tensor], expected: tuple[Tensor, Tensor], name: str) -> None:
    """Within rounding of torch's, in the size of the largest number."""
    for a, b in zip(found, expected, strict=True):
        assert (a.shape, a.dtype) == (b.shape, b.dtype), name
        size = max(1.0, float(b.abs().max())) if b.numel() else 1.0
        limit = 2**6 * torch.finfo(b.dtype).eps * size
        np.testing.assert_allclose(a, b, rtol=0.0, atol=limit, err_msg=name)


@pytest.mark.parametrize("kind", ACTIVATIONS, ids=lambda kind: kind.__name__)
def test_an_activation_is_that_of_torch(kind: type[nn.Module]) -> None:
    count = 0
    for theirs, (z, *_), name in samples(kind):
        if getattr(theirs, "dim", 0) is None:
            theirs.dim = 0 if z.dim() in (0, 1, 3) else 1  # what torch's warning says it takes
        if kind is nn.Softplus:
            theirs.threshold = torch.inf  # beyond which torch's is a straight line
        expected = value_and_slopes(theirs, z)
        same(value_and_slopes(ACTIVATIONS[kind](theirs), z), expected, name)
        count += 1
    assert count


@pytest.mark.filterwarnings("ignore:reduction. 'mean' divides:UserWarning")
@pytest.mark.parametrize("kind", LOSSES, ids=lambda kind: kind.__name__)
def test_a_loss_is_that_of_torch(kind: type[nn.Module]) -> None:
    count = 0
    for theirs, (z, target), name in samples(kind):
        weight = getattr(theirs, "weight", None)
        if weight is not None and bool((weight < 0).any()):
            with pytest.raises(WeightError, match="negative"):
                LOSSES[kind](theirs, z, target)
            theirs.weight = weight.abs()
        t = target.detach()
        expected = value_and_slopes(theirs, z, t)
        if not all(bool(one.isfinite().all()) for one in expected):
            continue  # a mean over rows that are all ignored is 0 of softgrad
        same(value_and_slopes(partial(LOSSES[kind], theirs), z, t), expected, name)
        count += 1
    assert count


def test_a_gaussian_is_that_of_torch() -> None:
    for theirs, (mean, target, variance), name in samples(nn.GaussianNLLLoss):
        rest = 0.5 * torch.log(torch.tensor(2 * torch.pi).double()) if theirs.full else 0.0

        def call(m: Tensor, t: Tensor, v: Tensor) -> Tensor:
            both = torch.stack([m, v.expand(m.shape).log()], -1).reshape(-1, 2)
            own = Loss("identity", "gaussian", reduction="none")(both, t.reshape(-1))
            return _reduced(own.reshape(m.shape) + rest, theirs.reduction)  # noqa: B023

        fixed = target.detach(), variance.detach()
        same(value_and_slopes(call, mean, *fixed), value_and_slopes(theirs, mean, *fixed), name)
