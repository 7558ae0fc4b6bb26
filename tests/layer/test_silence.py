"""A row of weight 0 counts nothing, whatever stands in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np
import pytest
import torch

from laws.variants import same
from softgrad import OutputLayer
from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.domains import REAL, Domain
from softgrad.contracts.elementwise import ElementWise

N = 3
PAIRS = (
    ("softmax", "squared_error"),
    ("softmax", "cross_entropy"),
    ("sigmoid", "focal"),
    ("softmax", "fenchel_young"),
    ("softmax", "dice"),
    ("identity", "huber"),
    ("tanh", "cosine"),
    ("exp", "poisson"),
)
GOOD = np.array([[1.0, 2.0, 0.5], [0.5, -1.0, 0.25], [-0.5, 1.0, 0.0]])
SOFT = np.array([[0.25, 0.5, 0.25], [0.125, 0.75, 0.125], [0.5, 0.25, 0.25]])
each_reduction = pytest.mark.parametrize("reduction", ["none", "sum", "mean"])


def spoilt() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Logits and targets whose middle row holds what is no number, in one of them or in both."""
    for in_logits, in_target in (
        (np.nan, 0.5),
        (0.5, np.nan),
        (np.inf, -np.inf),
        (-np.inf, np.inf),
    ):
        z, t = GOOD.copy(), SOFT.copy()
        z[1], t[1, 0] = in_logits, in_target
        yield z, t


def parts(layer: OutputLayer, z: Any, t: Any, **options: Any) -> list[np.ndarray]:
    """All that a layer computes; of operators, their products with a vector."""
    v = torch.ones_like(z) if isinstance(z, torch.Tensor) else np.ones_like(z)
    value, gradient = layer.value_and_gradient(z, t, **options)
    bends = layer.gradient_and_hessian_diagonal(z, t, **options)[1]
    carried = [layer.hvp(z, t, v, **options), layer.hessian(z, t, **options) @ v]
    carried.append(layer.gauss_newton(z, t, **options) @ v)
    return [np.asarray(part) for part in (value, gradient, bends, *carried)]


@each_reduction
@pytest.mark.parametrize("pair", PAIRS)
def test_what_stands_in_a_row_of_weight_zero_counts_nothing(
    pair: tuple[str, str], reduction: str
) -> None:
    weights = np.array([2.0, 0.0, 0.5])
    layer = OutputLayer(*pair, reduction=reduction)
    wanted = parts(layer, GOOD, SOFT, sample_weight=weights)
    for z, t in spoilt():
        for found, want in zip(parts(layer, z, t, sample_weight=weights), wanted, strict=True):
            same(found, want)
            if found.ndim == 2:
                assert np.all(found[1] == 0.0)


@each_reduction
@pytest.mark.parametrize("pair", PAIRS[:3])
def test_it_counts_nothing_on_torch(pair: tuple[str, str], reduction: str) -> None:
    layer, weights = OutputLayer(*pair, reduction=reduction), torch.tensor([2.0, 0.0, 0.5]).double()
    wanted = parts(layer, torch.tensor(GOOD), torch.tensor(SOFT), sample_weight=weights)
    for z, t in spoilt():
        found = parts(layer, torch.tensor(z), torch.tensor(t), sample_weight=weights)
        for one, want in zip(found, wanted, strict=True):
            same(one, want, 16)


def test_a_class_weight_of_no_number_is_silenced_too() -> None:
    weights = {"sample_weight": np.array([2.0, 0.0, 0.5]), "class_weight": [1.0, 2.0, 0.5]}
    for reduction in ("none", "sum", "mean"):
        layer = OutputLayer("softmax", "squared_error", reduction=reduction)
        wanted = parts(layer, GOOD, SOFT, **weights)
        for z, t in spoilt():
            for found, want in zip(parts(layer, z, t, **weights), wanted, strict=True):
                same(found, want)


def test_the_smallest_weight_counts() -> None:
    for pair in PAIRS:
        layer = OutputLayer(*pair)
        once = parts(layer, GOOD, SOFT, sample_weight=np.ones(3))
        for tiny in (2.0**-10, 2.0**-500):
            for found, one in zip(
                parts(layer, GOOD, SOFT, sample_weight=np.full(3, tiny)), once, strict=True
            ):
                same(found, tiny * one)


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Reciprocal(ElementWise):
    """1 / z: infinite at the logit that stands for a row of weight 0."""

    name: ClassVar[str] = "reciprocal"
    domain: ClassVar[Domain] = REAL

    def value(self, xp: Namespace, z: Array) -> Array:
        """1 / z."""
        return 1.0 / z

    def first(self, xp: Namespace, z: Array) -> Array:
        """-1 / z^2."""
        return -1.0 / (z * z)

    def second(self, xp: Namespace, z: Array) -> Array:
        """2 / z^3."""
        return 2.0 / (z * z * z)

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        return [1 / x for x in z]


@each_reduction
def test_a_row_of_weight_zero_counts_nothing_even_where_the_output_is_infinite(
    reduction: str,
) -> None:
    layer, z = OutputLayer(Reciprocal(), "squared_error", reduction=reduction), GOOD + 2.0
    weights = np.array([2.0, 0.0, 0.5])
    value, gradient = layer.value_and_gradient(z, SOFT, sample_weight=weights)
    bends = layer.gradient_and_hessian_diagonal(z, SOFT, sample_weight=weights)[1]
    rows = np.where(weights > 0, weights * np.sum((1.0 / z - SOFT) ** 2, axis=-1), 0.0)
    total = weights.sum()
    same(value, {"none": rows, "sum": rows.sum(), "mean": rows.sum() / total}[reduction])
    scale = weights[:, None] / (total if reduction == "mean" else 1.0)
    same(gradient, -2.0 * scale * (1.0 / z - SOFT) / z**2)
    same(bends, scale * (2.0 / z**4 + 4.0 * (1.0 / z - SOFT) / z**3), 16)


def test_what_is_masked_is_not_checked_beside_weights() -> None:
    layer = OutputLayer("sigmoid", "cross_entropy")
    keep = np.array([True, True, False])
    t = SOFT.copy()
    t[:, 2] = 7.0
    weights = {"where": np.broadcast_to(keep, t.shape), "sample_weight": np.array([1.0, 0.0, 2.0])}
    same(layer.value(GOOD, t, **weights), layer.value(GOOD, SOFT, **weights))


def test_smoothing_and_class_weights_go_by_what_an_entry_is() -> None:
    # Of a coin each side gets half, whether its probability is given or the logarithm.
    options: dict[str, Any] = {"label_smoothing": 0.25}
    found = OutputLayer("log_sigmoid", "cross_entropy").value(GOOD, SOFT, **options)
    expected = OutputLayer("sigmoid", "cross_entropy").value(GOOD, SOFT, **options)
    assert np.allclose(found, expected, rtol=1e-14, atol=0.0)
    # A row of one value is no coin: its one weight is that of its one class.
    z, t = GOOD[:, :1], SOFT[:, :1]
    weighted = OutputLayer("identity", "squared_error").value(z, t, class_weight=[3.0])
    same(weighted, 3.0 * t[:, 0] * OutputLayer("identity", "squared_error").value(z, t))
