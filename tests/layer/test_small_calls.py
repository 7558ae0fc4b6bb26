"""What one row, one label too many and one unknown option are."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from laws.variants import same
from softgrad import OutputLayer
from softgrad.errors import InputTypeError, TargetError, WeightError

Z = np.array([[1.0, 2.0, 0.5]])


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_mean_over_equal_rows_is_one_of_them(rows: int) -> None:
    z, labels = np.repeat(Z, rows, axis=0), np.zeros(rows, int)
    layer = OutputLayer("softmax", "cross_entropy")
    (value,), gradient = layer.value_and_gradient(Z, labels[:1])
    mean, slopes = layer.value_and_gradient(z, labels, reduction="mean")
    same(mean, value)
    same(slopes, np.repeat(gradient, rows, axis=0) / rows)
    curved = layer.hessian(z, labels, reduction="mean").to_dense()
    same(curved, np.repeat(layer.hessian(Z, labels[:1]).to_dense(), rows, axis=0) / rows)


def test_an_unknown_option_is_named_when_made_and_when_called() -> None:
    unknown: Any = {"smoothing": 0.1}
    with pytest.raises(InputTypeError, match=r"unexpected option 'smoothing'; .*known are axis"):
        OutputLayer("softmax", "cross_entropy", **unknown)
    layer = OutputLayer("softmax", "cross_entropy")
    for call in (layer.value, layer.gradient, layer.hessian):
        with pytest.raises(InputTypeError, match="unexpected option 'smoothing'"):
            call(Z, np.array([0]), **unknown)


def test_the_label_after_the_last_has_no_weight() -> None:
    with pytest.raises(WeightError, match="class_weight names label 3; there are 3 classes"):
        OutputLayer("softmax", "cross_entropy").value(Z, np.array([0]), class_weight={3: 1.0})


@pytest.mark.parametrize("row", [(0, 0), (0, 2), (1, 0), (1, 1), (1, 2)])
def test_a_bad_label_is_named_with_its_row_in_every_axis(row: tuple[int, int]) -> None:
    labels = np.zeros((2, 3), int)
    labels[row] = 9
    message = re.escape(f"label 9 at row {row} is out of range: there are 3 classes")
    with pytest.raises(TargetError, match=message):
        OutputLayer("softmax", "cross_entropy").value(np.zeros((2, 3, 3)), labels)
