"""Which dtype is computed in, which comes out, and what is refused."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
import torch

from softgrad.arrays.namespaces import as_like, as_mask, as_operand, finish, namespace_of
from softgrad.errors import InputTypeError, ShapeError


@pytest.mark.parametrize(
    ("given", "computed", "result"),
    [
        ("float64", "float64", "float64"),
        ("float32", "float32", "float32"),
        ("float16", "float32", "float16"),
        ("int8", "float64", "float64"),
        ("uint64", "float64", "float64"),
        (">f8", "float64", "float64"),
        (">f4", "float32", "float32"),
        (">i4", "float64", "float64"),
    ],
)
def test_dtypes(given: str, computed: str, result: str) -> None:
    operand = as_operand(np.array([1, 2]).astype(given), "z")
    assert operand.xp is np
    assert operand.array.dtype == np.dtype(computed)
    assert operand.array.dtype.isnative
    assert operand.result_dtype == np.dtype(result)
    assert np.array_equal(operand.array, [1, 2])


def test_lists_and_numbers_are_numpy_arrays() -> None:
    for value in ([1, 2], (1.0, 2.0), 3, 2.5, np.float32(1), []):
        assert namespace_of(value) is np
    assert as_operand([], "z").array.dtype == np.float64
    assert as_operand(np.float32(1.5), "z").result_dtype == np.float32


@pytest.mark.parametrize("bad", [[True], [1j], ["a"], [None], [object()], "text", None])
def test_what_is_refused_is_named(bad: Any) -> None:
    with pytest.raises(InputTypeError, match=r"weights (has dtype .*|is None); expected float64"):
        as_operand(bad, "weights")


def test_a_torch_tensor_and_its_half_precision_are_known() -> None:
    for dtype in (torch.float16, torch.bfloat16):
        operand = as_operand(torch.ones(2, dtype=dtype), "z")
        assert operand.array.dtype == torch.float32
        assert finish(operand.array, operand, None).dtype == dtype
    assert as_operand(torch.ones(2, dtype=torch.int32), "z").array.dtype == torch.float64
    with pytest.raises(InputTypeError, match=r"z has dtype torch\.bool"):
        as_operand(torch.ones(2, dtype=torch.bool), "z")


def test_a_second_argument_takes_the_dtype_of_the_first() -> None:
    like = as_operand(np.ones(2, np.float32), "z")
    assert as_like([1, 2], like, "t").dtype == np.float32
    assert as_like(np.ones(2), like, "t").dtype == np.float32


def test_masks_are_boolean_and_broadcast() -> None:
    like = as_operand(np.ones((2, 3)), "z")
    assert as_mask([True, False, True], like, (2, 3)).shape == (2, 3)
    with pytest.raises(InputTypeError, match="expected bool"):
        as_mask([1, 0, 1], like, (2, 3))
    with pytest.raises(ShapeError, match=r"where has shape \(2,\)"):
        as_mask([True, False], like, (2, 3))


def test_results_are_rounded_once_into_the_given_array() -> None:
    operand = as_operand(np.ones(2, np.float16), "z")
    out = np.empty(2)
    third = np.array([1, 2], dtype=np.float32) / 3
    assert finish(third, operand, out) is out
    assert np.array_equal(out, third)
    assert finish(third, operand, None).dtype == np.float16


def test_an_array_that_nobody_can_write_to_is_named() -> None:
    operand = as_operand(jnp.ones(2), "z")
    with pytest.raises(InputTypeError, match="out cannot be written in place"):
        finish(operand.array, operand, operand.array)
