"""Losses that PyTorch has under other names: pos_weight, alpha of the focal loss, log-targets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import softgrad as sg
from softgrad.boosting import objective

pytestmark = pytest.mark.usefixtures("each_way")

Z = np.array([[0.5, -1.25, 3.0, -30.0], [40.0, 0.0, -0.125, 2.5]])
LOGITS, LABELS = np.random.default_rng(7).normal(size=(6, 4)), np.array([0, 1, 2, 3, 1, 0])
SIDES = np.array([[1.0, 0.0, 0.25, 1.0], [0.0, 0.5, 1.0, 0.9375]])


def by_torch(loss: Any) -> tuple[np.ndarray, np.ndarray]:
    """Value and gradient of a function of (logits, target) by PyTorch's own differentiation."""
    z = torch.tensor(Z, requires_grad=True)
    value = loss(z, torch.tensor(SIDES))
    value.sum().backward()
    return value.detach().numpy(), z.grad.numpy()


@pytest.mark.parametrize("pos_weight", [0.0, 0.3, 1.0, 7.5])
def test_pos_weight_is_that_of_pytorch_with_soft_targets_too(pos_weight: float) -> None:
    value, gradient = by_torch(
        lambda z, t: torch.nn.functional.binary_cross_entropy_with_logits(
            z, t, reduction="none", pos_weight=torch.tensor(pos_weight, dtype=z.dtype)
        )
    )
    loss = sg.BinaryCrossEntropy(pos_weight=pos_weight)
    layer = sg.OutputLayer("sigmoid", loss, axis=())
    np.testing.assert_allclose(layer.value(Z, SIDES), value, rtol=1e-14)
    np.testing.assert_allclose(layer.gradient(Z, SIDES), gradient, rtol=1e-12)
    np.testing.assert_allclose(sg.OutputLayer("sigmoid", loss).value(Z, SIDES), value.sum(axis=-1))


def test_without_pos_weight_it_is_cross_entropy_on_coins_however_it_is_called() -> None:
    for activation in ("sigmoid", "probit", "log_sigmoid"):
        ours, plain = (
            sg.OutputLayer(activation, one) for one in ("binary_cross_entropy", "cross_entropy")
        )
        z = Z / 10.0
        np.testing.assert_array_max_ulp(ours.value(z, SIDES), plain.value(z, SIDES), 2)
        found, wanted = (one.hessian(z, SIDES).to_dense() for one in (ours, plain))
        np.testing.assert_allclose(found, wanted, rtol=1e-14)
    p = np.array([[0.25, 0.875], [0.5, 0.0625]])
    each = sg.cross_entropy(p, SIDES[:, :2], axis=())
    np.testing.assert_allclose(sg.binary_cross_entropy(p, SIDES[:, :2], axis=()), each, rtol=1e-15)
    np.testing.assert_allclose(sg.binary_cross_entropy(p, SIDES[:, :2]), each.sum(-1), rtol=1e-15)
    with pytest.raises(sg.SoftgradError, match="is defined on"):
        sg.OutputLayer("softmax", "binary_cross_entropy")


def test_a_side_that_weighs_nothing_counts_nothing_even_where_it_is_infinite() -> None:
    z, t = np.array([-np.inf, np.inf]), np.array([1.0, 0.0])
    layer = sg.OutputLayer("sigmoid", sg.BinaryCrossEntropy(pos_weight=0.0), axis=())
    np.testing.assert_array_equal(layer.value(z, t), [0.0, np.inf])
    heads = sg.OutputLayer("sigmoid", sg.Focal(alpha=1.0), axis=())
    np.testing.assert_array_equal(heads.value(z, t), [np.inf, 0.0])


@pytest.mark.parametrize("alpha", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("gamma", [0.0, 2.0])
def test_alpha_is_that_of_torchvision_on_coins_and_nothing_on_classes(
    alpha: float, gamma: float
) -> None:
    def sigmoid_focal_loss(z: Any, t: Any) -> Any:
        """As torchvision.ops has it, for labels 0 and 1."""
        p = torch.sigmoid(z)
        costs = torch.nn.functional.binary_cross_entropy_with_logits(z, t, reduction="none")
        loss = costs * (1 - (p * t + (1 - p) * (1 - t))) ** gamma
        return (alpha * t + (1 - alpha) * (1 - t)) * loss

    labels = (SIDES > 0.5).astype(np.float64)
    z = torch.tensor(Z, requires_grad=True)
    value = sigmoid_focal_loss(z, torch.tensor(labels))
    value.sum().backward()
    loss = sg.Focal(gamma=gamma, alpha=alpha)
    layer = sg.OutputLayer("sigmoid", loss, axis=())
    np.testing.assert_allclose(layer.value(Z, labels), value.detach().numpy(), rtol=1e-11)
    np.testing.assert_allclose(layer.gradient(Z, labels), z.grad.numpy(), rtol=1e-9, atol=1e-25)
    classes = [sg.OutputLayer("softmax", one) for one in (loss, sg.Focal(gamma=gamma))]
    np.testing.assert_array_equal(*(one.value(Z, np.array([1, 3])) for one in classes))


def test_alpha_is_a_share() -> None:
    for wrong in (-0.1, 1.5, "0.25", True, float("nan")):
        with pytest.raises(sg.SoftgradError, match="Focal: alpha is"):
            sg.Focal(alpha=wrong)


def test_boosting_takes_both() -> None:
    y, scores = np.array([0.0, 1.0, 1.0]), np.array([0.5, -1.0, 2.0])
    p = 1.0 / (1.0 + np.exp(-scores))
    made = objective("sigmoid", sg.BinaryCrossEntropy(pos_weight=5.0), library="lightgbm")
    gradient, bend = made.derivatives(scores, y)
    np.testing.assert_allclose(gradient, np.where(y > 0, 5.0 * (p - 1.0), p), rtol=1e-13)
    assert np.all(bend > 0)
    assert made.base_score(y) == pytest.approx([np.log(10.0)])
    focal = objective("sigmoid", sg.Focal(alpha=0.25), library="xgboost")
    plain = objective("sigmoid", "focal", library="xgboost")
    ratios = focal.derivatives(scores, y)[0] / plain.derivatives(scores, y)[0]
    np.testing.assert_allclose(ratios, [0.75, 0.25, 0.25], rtol=1e-13)


def test_kl_divergence_of_logs_is_that_of_pytorch_and_of_what_they_are_logarithms_of() -> None:
    r, s = sg.log_softmax(LOGITS), sg.log_softmax(LOGITS[::-1])
    wanted = torch.nn.functional.kl_div(
        torch.tensor(r), torch.tensor(s), reduction="none", log_target=True
    )
    found = sg.kl_divergence_of_logs(r, s)
    np.testing.assert_allclose(found, wanted.numpy().sum(axis=-1), rtol=1e-12)
    np.testing.assert_allclose(found, sg.kl_divergence(np.exp(r), np.exp(s)), rtol=1e-12)
    layer = sg.OutputLayer("log_softmax", "kl_divergence_of_logs")
    np.testing.assert_allclose(layer.gradient(LOGITS, s), np.exp(r) - np.exp(s), atol=1e-15)
    never = np.array([-np.inf, 0.0])
    assert sg.kl_divergence_of_logs(never, never) == 0.0
    assert np.isnan(sg.kl_divergence_of_logs(np.array([np.nan, 0.0]), never))
    for refused in (LABELS, np.exp(s)):
        with pytest.raises(sg.SoftgradError, match=r"takes targets in \[-inf, 0\]"):
            layer.value(LOGITS, refused)
    made = objective("log_softmax", "kl_divergence_of_logs", library="xgboost", classes=4)
    with pytest.raises(sg.SoftgradError, match="target holds labels"):
        made.derivatives(LOGITS, LABELS)
    assert np.all(np.isfinite(made.derivatives(LOGITS, s)))
