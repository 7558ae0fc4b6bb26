"""Masks, weights, smoothing, margins and reductions mean the same to a kernel as to the definition.

Weights of 0, a row that is masked out whole and one that is ignored are among them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from laws import bounds
from laws.both_ways import agree, definition_of, each_instruction_set, each_path, parts, vector
from laws.cases import DTYPES, identify
from laws.kernel_cases import (
    DEFAULT_PAIRS,
    MANY_ROWS,
    SPREAD_PAIRS,
    Target,
    is_too_steep,
    logits,
    targets,
)
from laws.sizes import SizesOfAPair
from softgrad import OutputLayer
from softgrad.errors import ShapeError

# Row weights are multiplied, and shares of a mean taken, in the dtype at hand.
FLOAT32 = 4.0
ROWS, N = MANY_ROWS
each_reduction = pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
_RNG = np.random.default_rng(11)
KEEP = _RNG.random((ROWS, N)) < 0.7
KEEP[3] = False
SAMPLE_WEIGHT = np.where(_RNG.random(ROWS) < 0.2, 0.0, _RNG.integers(1, 64, size=ROWS) / 16.0)
CLASS_WEIGHT = np.array([1.0, 0.5, 3.0, 0.0, 2.0])
assert np.any(SAMPLE_WEIGHT == 0)


def compare(pair: Any, target: Target, dtypes: Any = DTYPES, **options: Any) -> None:
    """Value, gradient and diagonal of one layer, on every instruction set."""
    z, layer = logits(pair[0], ROWS, N), OutputLayer(*pair)
    wanted = parts(definition_of(layer), z, target.given, **options)
    sizes = SizesOfAPair(layer, z, target.given, **options)
    value_size = sizes.value if options.get("reduction", "none") == "none" else sizes.value.sum()
    finite = np.isfinite(sizes.value)
    laws = ((value_size, "pair value", bounds.PAIR_VALUE),) + (
        (sizes.gradient[finite], "pair gradient", bounds.PAIR_GRADIENT),
    ) * 2
    for size in (sizes.diagonal, sizes.product(vector(z))):
        size = np.maximum(size[finite], bounds.underflow(np.float32))
        laws += ((size, "pair hessian", bounds.PAIR_HESSIAN),)
    for name in each_instruction_set():
        for dtype in dtypes:
            given = target.given if target.is_labels else target.given.astype(dtype)
            chosen = dict(options)
            if "sample_weight" in options:
                chosen["sample_weight"] = options["sample_weight"].astype(dtype)
            second = not is_too_steep(*pair)
            found = parts(layer, z.astype(dtype), given, second=second, **chosen)
            assert layer.explain().startswith("kernel "), layer.explain()
            for number, (size, law, bound) in enumerate(laws[: len(found)]):
                got, want = found[number], wanted[number]
                if number > 0:
                    got, want = got[finite], want[finite]
                twice = 2 * bounds.allowed(law, bound, *pair)
                limit = FLOAT32 if dtype is np.float32 else twice
                agree(got, want, size, limit, (law, target.name, name, dtype, options))


def kept(target: Target) -> np.ndarray:
    """The mask; the class of a label stays."""
    return KEEP | (np.arange(N) == target.given[:, None]) if target.is_labels else KEEP


@pytest.mark.parametrize("pair", DEFAULT_PAIRS, ids=identify)
def test_masks_and_sample_weights(pair: Any) -> None:
    target = targets(*pair, logits(pair[0], ROWS, N))[-1]
    compare(pair, target, where=kept(target), sample_weight=SAMPLE_WEIGHT)


@pytest.mark.parametrize("pair", SPREAD_PAIRS, ids=identify)
def test_class_weights_ignored_labels_smoothing_and_margins(pair: Any) -> None:
    for target in targets(*pair, logits(pair[0], ROWS, N)):
        compare(pair, target, where=kept(target), reduction="mean")
        # A margin is subtracted in the dtype of the logits: float32 has another sum there.
        compare(pair, target, margin=0.375, reduction="sum", dtypes=(np.float64,))
        if pair[1].targets == "row" or np.any(target.given < 0):
            continue  # a row's class weight is the sum of class weight times target
        options: dict[str, Any] = {"class_weight": CLASS_WEIGHT, "reduction": "mean"}
        if target.is_labels:
            options["ignore_label"] = 2
        if pair[1].targets != "labels":
            options |= {"label_smoothing": 0.125, "where": kept(target)}
        compare(pair, target, sample_weight=SAMPLE_WEIGHT, **options)


@pytest.mark.parametrize("pair", DEFAULT_PAIRS, ids=identify)
def test_a_row_that_is_masked_out_whole_costs_nothing(pair: Any) -> None:
    z = logits(pair[0], ROWS, N)
    keep = np.ones((ROWS, N), bool)
    keep[3] = keep[ROWS - 1] = False
    for target in targets(*pair, z):
        for path in each_path():
            value, gradient = OutputLayer(*pair).value_and_gradient(z, target.given, where=keep)
            assert not np.any(value[[3, -1]]), (path, target.name)
            assert not np.any(gradient[[3, -1]]), (path, target.name)
            assert np.any(value), path


@pytest.mark.parametrize("label", [-1, 255, 7])
@each_reduction
def test_an_ignored_label_need_not_be_a_class(label: int, reduction: str) -> None:
    pair = DEFAULT_PAIRS[0]
    given = np.arange(ROWS) % N
    given[::3] = label
    compare(pair, Target("labels", given), ignore_label=label, reduction=reduction)


@each_reduction
def test_weights_of_zero_throughout_give_zero(reduction: str) -> None:
    z = np.full((4, 3), np.nan)
    for target in (np.array([0, 1, 2, 0]), np.full((4, 3), 0.25)):
        layer = OutputLayer("softmax", "cross_entropy", reduction=reduction)
        for part in parts(layer, z, target, sample_weight=np.zeros(4)):
            assert not np.any(part)
        assert layer.explain().startswith("kernel ")


def test_a_row_of_another_length_than_the_loss_takes_is_refused() -> None:
    for _ in each_path():
        layer = OutputLayer("identity", "gaussian")
        for n in (1, 3):
            with pytest.raises(ShapeError, match="rows of length 2"):
                layer.value_and_gradient(np.ones((4, n)), np.zeros(4))
