"""A result is the same to the last bit however its arguments are stored: an entry of an activation
is computed alike with gaps, repeats or other rows beside it, in any order, at any address.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from laws.both_ways import each_instruction_set, each_path
from laws.cases import identify
from laws.kernel_cases import ACTIVATIONS
from softgrad import OutputLayer, softmax

ROWS, N = 37, 9  # neither fills registers
each_activation = pytest.mark.parametrize("activation", ACTIVATIONS, ids=identify)
STORAGES = [np.float64, np.float32, np.float16, ml_dtypes.bfloat16]


def rows_of_all_sizes(dtype: Any, rows: int, n: int) -> np.ndarray:
    """Small and large numbers of both signs, and in the last row what is none."""
    rng = np.random.default_rng(31)
    z = rng.normal(size=(rows, n)) * rng.choice([0.1, 1.0, 5.0, 40.0], (rows, 1))
    z[-1, :4] = np.nan, np.inf, -np.inf, 0.0
    return z.astype(dtype)


def stored(x: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """The same numbers in other places."""
    rows, n = x.shape
    spaced = np.zeros((2 * rows, 3 * n), x.dtype)
    spaced[1::2, ::3] = x
    shifted = np.zeros(x.nbytes + 1, np.uint8)[1:].view(x.dtype).reshape(x.shape)
    shifted[...] = x
    cut = np.zeros((rows + 2, n + 5), x.dtype)
    cut[1:-1, 3:-2] = x
    columns = np.zeros((n + 5, rows + 3), x.dtype)
    columns[2:-3, 1:-2] = x.T
    yield "columns", np.asfortranarray(x)
    yield "spaced", spaced[1::2, ::3]
    yield "backwards", np.ascontiguousarray(x[::-1, ::-1])[::-1, ::-1]
    yield "misaligned", shifted
    yield "cut out", cut[1:-1, 3:-2]
    yield "cut out of columns", columns[2:-3, 1:-2].T


def works(activation: Any, z: Any, g: Any, v: Any, where: Any = None) -> list[np.ndarray]:
    return [
        activation(z, where=where),
        activation.vjp(z, g, where=where),
        activation.jvp(z, v, where=where),
        activation.hvp(z, g, v, where=where),
    ]


def equal(got: list[np.ndarray], want: list[np.ndarray], where: Any) -> None:
    for work, (a, b) in enumerate(zip(got, want, strict=True)):
        assert a.dtype == b.dtype
        assert np.array_equal(a, b, equal_nan=True), (work, where, np.argwhere(a != b)[:3])


@each_activation
def test_any_memory_gives_the_same_bits(activation: Any) -> None:
    for dtype in STORAGES:
        z = rows_of_all_sizes(dtype, ROWS, N)
        g, v = np.ascontiguousarray(z[::-1]), np.ascontiguousarray(np.roll(z, 3, axis=1))
        g[0], v[0] = 0.25, 0.5
        for name in each_instruction_set():
            want = works(activation, z, g, v)
            for layout, x in stored(z):
                # All arguments so, and the logits alone.
                equal(
                    works(activation, x, *(dict(stored(y))[layout] for y in (g, v))),
                    want,
                    (name, dtype, layout),
                )
                equal(works(activation, x, g, v), want, (name, dtype, layout, "logits alone"))
            if not activation.rowwise:
                everything = np.ones(z.shape, bool)
                equal(works(activation, z, g, v, everything), want, (name, dtype, "mask"))


@each_activation
def test_repeated_rows_and_entries_give_the_same_bits(activation: Any) -> None:
    for dtype in STORAGES:
        z, g = rows_of_all_sizes(dtype, 200, 5)[:2]
        row, entry = np.broadcast_to(z, (200, 5)), np.broadcast_to(z[:, None], (5, 37))
        many = rows_of_all_sizes(dtype, 200, 5)
        for name in each_instruction_set():
            for repeated, vector in ((row, many), (entry, np.ascontiguousarray(many[:37].T))):
                want = works(activation, repeated.copy(), vector, vector)
                equal(works(activation, repeated, vector, vector), want, (name, dtype))
            if activation.rowwise:
                continue  # the sum of a row runs another way where rows are few
            together = works(activation, row, *[np.broadcast_to(g, row.shape)] * 2)
            for a, b in zip(works(activation, z, g, g), together, strict=True):
                assert np.array_equal(np.broadcast_to(a, b.shape), b, equal_nan=True)


@each_activation
def test_an_entry_does_not_know_how_many_there_are(activation: Any) -> None:
    # Rows of every length up to two registers of float32, cut out of a wider array.
    for dtype in (np.float64, np.float32):
        wide = rows_of_all_sizes(dtype, 3, 70)
        for name in each_instruction_set():
            for n in (1, 2, 3, 5, 7, 8, 15, 16, 17, 31, 33, 64, 65, 67):
                cut = wide[:, 1 : 1 + n]
                equal(
                    works(activation, cut, cut, cut),
                    works(activation, *[cut.copy()] * 3),
                    (name, dtype, n),
                )


@each_activation
def test_what_is_masked_out_may_be_anything(activation: Any) -> None:
    for rows, n in ((3, 11), (19, 5)):
        rng = np.random.default_rng(n)
        z, g, v = rng.normal(size=(3, rows, n))
        keep = rng.random((rows, n)) < 0.7
        keep[0] = False
        nothing = [np.where(keep, x, 0.0) for x in (z, g, v)]
        for path in each_path():
            want = works(activation, *nothing, keep)
            for odd in (np.nan, np.inf, -np.inf, 1e300):
                anything = [np.where(keep, x, odd) for x in (z, g, v)]
                with np.errstate(all="ignore"):
                    got = works(activation, *anything, keep)
                equal(got, want, (path, odd))


# (Softmax with cross-entropy has a loop of its own for the gradient alone.)
PAIRS = [("sigmoid", "cross_entropy"), ("softmax", "focal"), ("softmax", "squared_error"),
         ("identity", "huber")]  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_asking_for_less_changes_no_bit(pair: Any) -> None:
    # Loops keep a row's value only where it is asked for, or needed to see that it is none.
    layer = OutputLayer(*pair)
    for dtype in (np.float64, np.float32):
        for n in (*range(2, 36), 63, 64, 65, 129, 2050):
            for place in {0, n // 2, n - 1}:
                z = np.random.default_rng(n).normal(size=(3, n)).astype(dtype)
                z[0, place], z[1, place] = -90.0, 700.0
                labels = np.arange(3) % n
                target = labels if pair[0] == "softmax" else np.full(z.shape, 0.25, dtype)
                for name in each_instruction_set():
                    value, gradient = layer.value_and_gradient(z, target)
                    where = (name, dtype, n, place)
                    assert np.array_equal(layer.value(z, target), value), where
                    assert np.array_equal(layer.gradient(z, target), gradient), where
                    assert np.all(np.isfinite(gradient)), where
                    if pair[1] != "squared_error":  # with a Hessian it takes another loop
                        again = layer.gradient_and_hessian_diagonal(z, target)[0]
                        assert np.array_equal(again, gradient), where


@pytest.mark.parametrize("n", [3, 5, 200])
def test_rows_that_are_written_past_the_caches_are_the_same(n: int) -> None:
    rows = (1 << 24) // (4 * n) + 13  # more than 16 MiB of results, and no whole lines
    z = np.random.default_rng(n).normal(size=(rows + 1, n)).astype(np.float32)
    labels = np.arange(rows) % n
    layer = OutputLayer("softmax", "cross_entropy")
    for name in each_instruction_set():
        memory = np.full(rows * n + 40, 77.0, np.float32)
        for start in (0, 4):  # at the start of a line, and within one
            out = memory[start : start + rows * n].reshape(rows, n)
            results = (
                lambda part, to: softmax(part[0], out=to),
                lambda part, to: layer.value_and_gradient(*part, out=to)[1],
            )
            for result in results:
                whole = result((z[:rows], labels), out)
                for part in (slice(0, 3000), slice(rows - 3000, rows)):
                    apart = result((z[part], labels[part]), None)
                    assert np.array_equal(whole[part], apart), (name, start, part)
                assert np.all(memory[start + rows * n :] == 77.0), name
