"""Laws of dtypes and of numbers that are none: NaN, empty batches, ties."""

from __future__ import annotations

from typing import Any

import numpy as np

from laws.both_ways import by_definition
from laws.cases import targets
from laws.ulp import within
from laws.variants import (
    each_activation,
    each_pair,
    each_variant,
    moderate,
    same,
)
from softgrad import OutputLayer


@each_activation
def test_integers_are_float64(activation: Any) -> None:
    numbers = np.array([[3, -1, 0, 2], [1, 1, -4, 0]])
    for dtype in (np.int8, np.int32, np.int64):
        result = activation(numbers.astype(dtype))
        assert result.dtype == np.float64
        same(result, activation(numbers.astype(np.float64)))
    unsigned = np.array([[3, 200, 0, 2]], dtype=np.uint8)
    same(activation(unsigned), activation(unsigned.astype(np.float64)))


@each_variant
def test_float16_is_computed_in_float32_and_rounded_once(activation: Any) -> None:
    z = moderate(activation).astype(np.float16)
    result = activation(z)
    assert result.dtype == np.float16
    with np.errstate(over="ignore"):
        rounded = activation(z.astype(np.float32)).astype(np.float16)
    assert np.array_equal(result, rounded, equal_nan=True)


@each_variant
def test_the_definition_of_an_entry_is_computed_in_float64_and_rounded(activation: Any) -> None:
    if activation.rowwise:
        return
    z = np.linspace(-6.0, 6.0, 199).astype(np.float32)[:, None]
    one, wide = np.ones_like(z), z.astype(np.float64)
    ones = one.astype(np.float64)
    with by_definition():
        found = activation(z), activation.jvp(z, one), activation.hvp(z, one, one)
        wanted = activation(wide), activation.jvp(wide, ones), activation.hvp(wide, ones, ones)
    for got, exact in zip(found, wanted, strict=True):
        within(1.5, got, exact)


@each_pair
def test_float32_stays_float32(pair: Any) -> None:
    z = moderate(pair[0]).astype(np.float32)
    layer = OutputLayer(*pair)
    for target in targets(*pair, z.astype(np.float64)):
        value, gradient = layer.value_and_gradient(z, target.given)
        assert value.dtype == gradient.dtype == np.float32
        assert layer.hessian(z, target.given).dtype == np.float32
        assert layer.hvp(z, target.given, z).dtype == np.float32


@each_pair
def test_nan_stays_in_its_row_of_a_pair(pair: Any) -> None:
    z = moderate(pair[0])
    spoiled = z.copy()
    spoiled[1, 2] = np.nan
    layer = OutputLayer(*pair)
    for target in targets(*pair, z):
        value, gradient = layer.value_and_gradient(z, target.given)
        bad_value, bad_gradient = layer.value_and_gradient(spoiled, target.given)
        same(np.delete(bad_value, 1), np.delete(value, 1))
        same(np.delete(bad_gradient, 1, 0), np.delete(gradient, 1, 0))
        assert np.isnan(bad_value[1])


@each_pair
def test_an_empty_batch_of_a_pair_gives_empty_results(pair: Any) -> None:
    layer = OutputLayer(*pair)
    n = pair[1].row_length if pair[1].targets == "bounds" else 4
    z = np.zeros((0, n))
    by_kind = {"row": np.zeros(0), "bounds": np.zeros((0, 2))}
    target = by_kind.get(layer.loss.target_kind, np.zeros((0, n)))
    value, gradient = layer.value_and_gradient(z, target)
    assert value.shape == (0,)
    assert gradient.shape == (0, n)
    assert float(layer.value(z, target, reduction="mean")) == 0.0
    assert layer.hessian(z, target).to_dense().shape == (0, n, n)


@each_activation
def test_ties_share(activation: Any) -> None:
    z = np.array([[1.0, 1.0, 1.0, 1.0], [0.5, 2.0, 2.0, -1.0]])
    result = activation(z)
    if activation.derivative_is_exact and activation.name != "gumbel_softmax":
        assert np.all(result[0] == result[0, 0])
        assert result[1, 1] == result[1, 2]
    assert np.all(np.isfinite(activation.jacobian(z).to_dense()))
