"""Class weights: of a coin those of its two sides, of classes those of the label."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from laws.variants import same
from softgrad import OutputLayer

Z = np.array([0.5, -1.0, 2.0, 0.25])
BY_CLASS = [2.0, 5.0]


@pytest.mark.parametrize("shape", [(4,), (4, 1)])
@pytest.mark.parametrize("given", [BY_CLASS, {0: 2.0, 1: 5.0}])
def test_the_weight_of_a_coin_is_that_of_its_side(shape: Any, given: Any) -> None:
    t = np.array([0.0, 1.0, 1.0, 0.25]).reshape(shape)
    z, rows = Z.reshape(shape), np.array([2.0, 5.0, 5.0, 0.75 * 2.0 + 0.25 * 5.0])
    axis = () if len(shape) == 1 else -1
    for loss in ("cross_entropy", "focal", "squared_error"):
        layer = OutputLayer("sigmoid", loss, axis=axis)
        found = layer.value_and_gradient(z, t, class_weight=given)
        wanted = layer.value_and_gradient(z, t, sample_weight=rows)
        for one, want in zip(found, wanted, strict=True):
            same(one, want)


def test_the_weight_of_a_row_is_that_of_its_label_or_a_mixture() -> None:
    z, by_class = np.outer(Z, [1.0, -0.5, 0.25]), np.array([2.0, 5.0, 0.5])
    labels = np.array([2, 0, 1, 1])
    soft = np.array([[0.25, 0.5, 0.25], [1.0, 0.0, 0.0], [0.0, 0.5, 0.5], [0.5, 0.25, 0.25]])
    sample = np.array([1.0, 0.5, 2.0, 3.0])
    layer = OutputLayer("softmax", "focal")
    for t, rows in ((labels, by_class[labels]), (soft, soft @ by_class)):
        found = layer.value_and_gradient(z, t, class_weight=by_class, sample_weight=sample)
        wanted = layer.value_and_gradient(z, t, sample_weight=sample * rows)
        for one, want in zip(found, wanted, strict=True):
            same(one, want)
        found = layer.hvp(z, t, z, class_weight=by_class, sample_weight=sample)
        same(found, layer.hvp(z, t, z, sample_weight=sample * rows), 16)


@pytest.mark.parametrize("ignored", [-1, 2, 7])
def test_an_ignored_label_has_no_weight_beside_the_others(ignored: int) -> None:
    z, by_class = np.outer(Z, [1.0, -0.5, 0.25]), np.array([2.0, 5.0, 0.5])
    labels, sample = np.array([ignored, 0, 1, ignored]), np.array([1.0, 0.5, 2.0, 3.0])
    rows = np.array([0.0, 2.0, 5.0, 0.0]) * sample
    plain = np.array([0, 0, 1, 0])
    for reduction in ("none", "sum", "mean"):
        layer = OutputLayer("softmax", "cross_entropy", reduction=reduction)
        options: Any = {"class_weight": by_class, "sample_weight": sample}
        found = layer.value_and_gradient(z, labels, ignore_label=ignored, **options)
        wanted = layer.value_and_gradient(z, plain, sample_weight=rows)
        for one, want in zip(found, wanted, strict=True):
            same(one, want)
