"""What is done to PyTorch's losses may be done to softgrad's: set, exported, moved, misused."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn
from torch.autograd import gradcheck
from torch.fx.experimental.proxy_tensor import make_fx
from torch.nn import functional

import softgrad as sg
from softgrad.errors import InputTypeError, ParameterError, ShapeError, TargetError, WeightError
from softgrad.torch import Activation, Loss

Z = torch.tensor([[0.5, -1.0, 0.1], [1.6, 0.3, -0.7], [0.2, 0.2, 0.9], [-2.0, 0.4, 0.0]])
Y = torch.tensor([0, 1, 2, 0])
W = torch.tensor([1.0, 2.0, 3.0])
SOFT = Z.flip(0).softmax(-1)
OF_CLASSES = "softmax", "cross_entropy"
OF_COINS = "sigmoid", "cross_entropy"


def slope(loss: Callable[..., Any], *others: Any) -> Any:
    z = Z.clone().requires_grad_()
    return torch.autograd.grad(loss(z, *others), z)[0]


class Head(nn.Module):
    def __init__(self, loss: nn.Module) -> None:
        super().__init__()
        self.linear, self.loss = nn.Linear(3, 3), loss
        nn.init.eye_(self.linear.weight)

    def forward(self, x: Any, y: Any) -> Any:
        return self.loss(self.linear(x), y)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("weight", [None, W])
def test_an_exported_loss_has_the_gradient_of_torchs(reduction: Any, weight: Any) -> None:
    ours, theirs = (
        Head(make(reduction=reduction, weight=weight))
        for make in (lambda **kw: Loss(*OF_CLASSES, **kw), nn.CrossEntropyLoss)
    )
    memory = io.BytesIO()
    torch.export.save(torch.export.export(ours, (Z, Y)), memory)
    memory.seek(0)
    program = torch.export.load(memory).module()
    nn.init.zeros_(dict(program.named_parameters())["linear.bias"])
    nn.init.zeros_(theirs.linear.bias)
    for head in (program, theirs):
        head(Z, Y).sum().backward()
    found = dict(program.named_parameters())["linear.weight"].grad
    torch.testing.assert_close(found, theirs.linear.weight.grad)


def test_a_recorded_graph_is_differentiated_inside_and_outside() -> None:
    loss, expected = Loss(*OF_CLASSES), slope(functional.cross_entropy, Y)
    z = Z.clone().requires_grad_()
    inside = make_fx(lambda z: torch.autograd.grad(loss(z, Y), z)[0])(z)
    torch.testing.assert_close(inside(z).detach(), expected)
    outside = make_fx(lambda z: loss(z, Y))(z)
    torch.testing.assert_close(torch.autograd.grad(outside(z), z)[0], expected)


def test_weights_may_be_set_later_and_settings_may_not() -> None:
    loss, coins = Loss(*OF_CLASSES), Loss(*OF_COINS)
    loss.weight = coins.pos_weight = W
    torch.testing.assert_close(loss(Z, Y), functional.cross_entropy(Z, Y, weight=W))
    expected = functional.binary_cross_entropy_with_logits(Z, SOFT, pos_weight=W)
    torch.testing.assert_close(coins(Z, SOFT), expected)
    for name in ("reduction", "ignore_index", "label_smoothing"):
        with pytest.raises(AttributeError, match=name):
            setattr(loss, name, getattr(loss, name))
    assert "label_smoothing=0.1, weight=(3,)" in repr(
        Loss(*OF_CLASSES, label_smoothing=0.1, weight=W)
    )


def test_smoothing_with_weights_holds_what_each_holds_alone() -> None:
    loss = Loss(*OF_CLASSES, weight=W, label_smoothing=0.1)
    nobody = torch.full((4,), -100)
    assert loss(Z, nobody) == 0.0
    assert not slope(loss, nobody).any()
    assert loss(Z[:0], Y[:0]) == 0.0
    each = torch.func.vmap(torch.func.grad(loss))(Z, torch.tensor([0, -100, 2, 0]))
    assert each.isfinite().all()
    assert not each[1].any()
    for dtype in (torch.float16, torch.bfloat16):
        z = Z.to(dtype)
        assert loss(z, Y).dtype is dtype
        torch.testing.assert_close(loss(z, Y), loss(z.float(), Y).to(dtype), rtol=0, atol=0)
    with pytest.raises(TargetError, match="label 9 at row 2"):
        loss(Z, torch.tensor([0, 1, 9, 0]))


def test_a_bad_label_is_named_where_weights_are_compiled() -> None:
    loss = torch.compile(Loss(*OF_CLASSES, weight=W), fullgraph=True)
    with pytest.raises(TargetError, match="label 9 at row 2"):
        loss(Z, torch.tensor([0, 1, 9, 0]))
    negative = Loss(*OF_CLASSES, weight=W.clone())
    negative.weight.data.neg_()  # (which no check saw)
    assert torch.compile(negative, fullgraph=True)(Z, Y).isnan()
    with pytest.raises(WeightError, match="negative"):
        negative(Z, Y)


@pytest.mark.parametrize("pair", [OF_COINS, ("identity", "squared_error"), ("sigmoid", "focal")])
def test_a_loss_of_entries_takes_a_target_an_entry(pair: tuple[str, str]) -> None:
    with pytest.raises(TargetError, match=r"shape \(4,\)"):
        Loss(*pair)(Z, Y)
    assert Loss(*pair, reduction="none")(Z, SOFT).shape == Z.shape
    assert Loss("sigmoid", "kl_divergence", reduction="none")(Z, SOFT).shape == Z.shape


def test_values_stay_where_their_logits_are() -> None:
    weighted = Loss(*OF_CLASSES, weight=W, label_smoothing=0.1)
    with torch.device("meta"):
        assert Loss(*OF_CLASSES)(Z, Y).device.type == "cpu"
        assert weighted(Z, Y).device.type == "cpu"
        assert Loss(*OF_COINS, pos_weight=W)(Z, SOFT).device.type == "cpu"


def test_every_backward_pass_gives_the_same_bits() -> None:
    weight, target = W.double(), SOFT.double()
    for loss in (Loss(*OF_CLASSES, weight=weight), Loss(*OF_CLASSES, label_smoothing=0.1)):
        assert gradcheck(lambda z, loss=loss: loss(z, target), Z.double().requires_grad_())


def test_a_sum_that_overflows_is_infinite_and_says_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value = Loss(*OF_CLASSES, reduction="sum")(300 * torch.eye(300).half(), torch.arange(300))
        assert value.isfinite()
        rows = torch.tensor([[3e4, -3e4]]).half().expand(4, 2)
        assert Loss(*OF_CLASSES, reduction="sum")(rows, torch.ones(4, dtype=torch.int64)).isinf()


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: Loss(*OF_CLASSES)(Z.numpy(), Y), InputTypeError, "z is a ndarray"),
        (lambda: Activation("softmax")(Z.numpy()), InputTypeError, "z is a ndarray"),
        (lambda: Loss(*OF_CLASSES, weight=torch.ones(4))(Z, Y), WeightError, r"\(4,\)"),
        (lambda: Loss(*OF_CLASSES, weight=torch.ones(1))(Z, SOFT), WeightError, r"\(1,\)"),
        (lambda: Loss(*OF_CLASSES, weight=W / 0), WeightError, "infinite"),
        (lambda: Loss(*OF_CLASSES, weight=W > 0), WeightError, "weight has dtype torch.bool"),
        (lambda: Loss(*OF_CLASSES, ignore_index=1.5), InputTypeError, "ignore_index is 1.5"),
        (lambda: Activation("softmax", temperature=-W)(Z), ParameterError, "temperature"),
        (lambda: Activation("softmax", temperature=W[:2])(Z), ShapeError, r"temperature .*\(2,\)"),
    ],
)
def test_what_is_wrong_is_named_as_it_was_given(call: Any, kind: Any, message: str) -> None:
    with pytest.raises(kind, match=message):
        call()


def test_a_generator_cannot_be_traced() -> None:
    noisy = Activation(sg.GumbelSoftmax(generator=torch.Generator()))
    with pytest.raises(InputTypeError, match="generator"):
        make_fx(noisy, tracing_mode="fake")(Z)
