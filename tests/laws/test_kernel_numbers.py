"""Whatever the numbers are: infinities, NaN, ties, huge and subnormal ones, in any memory.

Rows are compared where the definition is a number; where the definition of a loss is infinite, so
is the kernel's, and derivatives of an infinite loss are left alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from laws.both_ways import agree, by_definition, definition_of, each_instruction_set, parts, vector
from laws.cases import DTYPES, identify
from laws.kernel_cases import ACTIVATIONS, DEFAULT_PAIRS, SPREAD_PAIRS, targets
from laws.sizes import SizesOfAPair
from softgrad import OutputLayer

# Far out, terms cancel that the sizes know nothing of; a wrong limit is wrong altogether.
LIMITS = {np.float64: 4096.0, np.float32: 64.0}
# A product of factors of this size is subnormal on the way.
UNDERFLOW = {np.float64: 1e-286, np.float32: 0.0}
# Where the definition's own result is what rounding left of terms of size 1.
NOISY = [
    ("log_softmax", "generalised_cross_entropy"),
    ("complementary_log_log", "true_class_error"),
]
INF, NAN = np.inf, np.nan
BIG, SMALL = float(np.finfo(np.float32).max), float(np.finfo(np.float32).smallest_subnormal)
ROWS = np.array(
    [
        [1.0, -INF, 2.0],
        [-INF, -INF, -INF],
        [INF, 0.0, 1.0],
        [INF, INF, -INF],
        [0.0, NAN, 1.0],
        [1e30, 0.0, -1e30],
        [BIG, -BIG, 0.0],
        [SMALL, -SMALL, 0.0],
        [0.0, 0.0, -0.0],
        [80.0, -80.0, 0.5],
        [700.0, -700.0, 1.0],
        [1000.0, 0.0, -1000.0],
        [-1.0, -1e5, 1e5],
        [3.34375, 0.46875, 3.34375],  # of entmax both tops are 1/2, or rounded a little above
    ]
)


def check(
    kernel: Any, definition: Any, sizes: Any, infinite: Any = False, where: Any = None
) -> None:
    """Compare the rows at which the definition is a number, or (of a loss) infinite."""
    sizes = np.fmax(sizes, UNDERFLOW[kernel.dtype.type])
    known = ~np.isnan(definition) & ~np.broadcast_to(infinite, definition.shape)
    got, wanted = (np.where(known, x, np.zeros_like(x)) for x in (kernel, definition))
    agree(got, wanted, sizes, LIMITS[kernel.dtype.type], where)


@pytest.mark.parametrize("pair", DEFAULT_PAIRS, ids=identify)
def test_a_pair_at_special_numbers(pair: Any) -> None:
    check_special_numbers(pair, together=True)


@pytest.mark.parametrize("pair", SPREAD_PAIRS, ids=identify)
def test_a_pair_at_special_numbers_row_by_row(pair: Any) -> None:
    check_special_numbers(pair, together=False)


def check_special_numbers(pair: Any, *, together: bool) -> None:
    layer = OutputLayer(*pair)
    definition = definition_of(layer)
    for target in targets(*pair, ROWS):
        with np.errstate(all="ignore"):
            wanted = parts(definition, ROWS, target.given)
            sizes = SizesOfAPair(layer, ROWS, target.given)
            scales = [sizes.value, sizes.gradient, sizes.gradient, sizes.diagonal]
            scales.append(sizes.product(vector(ROWS)))
        infinite = ~np.isfinite(wanted[0])[:, None]
        for name in each_instruction_set():
            for dtype in DTYPES:
                z = ROWS.astype(dtype)
                t = target.given if target.is_labels else target.given.astype(dtype)
                found = [parts(layer, *row) for row in split(together, z, t)]
                whole = [np.concatenate(part) for part in zip(*found, strict=True)]
                where = (target.name, name, dtype.__name__)
                check(whole[0], wanted[0], scales[0], where=("value", where))
                noisy = (pair[0].name, pair[1].name) in NOISY
                for i in range(1, len(whole)):
                    size = np.fmax(scales[i], 1.0) if noisy else scales[i]
                    check(whole[i], wanted[i], size, infinite, ("derivative", i, where))
                assert np.isnan(whole[0][4])


def split(together: bool, *arrays: np.ndarray) -> list[tuple[np.ndarray, ...]]:
    """All rows at once, or one by one."""
    count = len(arrays[0])
    return [arrays] if together else [tuple(a[i : i + 1] for a in arrays) for i in range(count)]


@pytest.mark.parametrize("together", [True, False], ids=["together", "alone"])
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=identify)
def test_an_activation_at_special_numbers(activation: Any, together: bool) -> None:
    g = np.tile([0.5, -1.25, 2.0], (len(ROWS), 1))
    with by_definition():
        wanted = works(activation, ROWS, g)
    for name in each_instruction_set():
        for dtype in DTYPES:
            given = split(together, ROWS.astype(dtype), g.astype(dtype))
            found = [works(activation, *row) for row in given]
            for work, want in enumerate(wanted):
                got = np.concatenate([each[work] for each in found])
                size = np.max(np.abs(want), axis=-1, keepdims=True, initial=0.0, where=want == want)
                check(got, want, size, where=(work, name, dtype.__name__))


def works(activation: Any, z: np.ndarray, g: np.ndarray) -> list[np.ndarray]:
    return [activation(z), activation.vjp(z, g), activation.jvp(z, g), activation.hvp(z, g, g)]


ANY_FLOAT = st.one_of(
    st.floats(-30, 30, width=32),
    st.floats(width=32),
    st.sampled_from([INF, -INF, NAN, 0.0, -0.0, 1.0, 1.0, BIG, -BIG, SMALL, 1e30, -1e30]),
)


@st.composite
def numbers(draw: Any) -> np.ndarray:
    shape = draw(st.integers(0, 9)), draw(st.integers(1, 70))
    return draw(arrays(np.float32, shape, elements=ANY_FLOAT, fill=ANY_FLOAT))


def misaligned(z: np.ndarray) -> np.ndarray:
    shifted = np.zeros(z.nbytes + 1, np.uint8)[1:].view(z.dtype).reshape(z.shape)
    shifted[...] = z
    return shifted


def spaced(z: np.ndarray) -> np.ndarray:
    wide = np.full((2 * z.shape[0] + 1, 3 * z.shape[1] + 2), NAN, z.dtype)
    view = wide[1::2, 1 : 1 + 3 * z.shape[1] : 3]
    view[...] = z
    return view


LAYOUTS = {
    "columns": np.asfortranarray,
    "backwards": lambda z: np.ascontiguousarray(z[::-1, ::-1])[::-1, ::-1],
    "spaced": spaced,
    "misaligned": misaligned,
    "swapped bytes": lambda z: z.astype(z.dtype.newbyteorder("S")),
}


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    drawn=numbers(),
    activation=st.sampled_from(ACTIVATIONS),
    dtype=st.sampled_from(["float64", "float32", "float16"]),
    layout=st.sampled_from(list(LAYOUTS)),
)
def test_memory_changes_no_bit(drawn: Any, activation: Any, dtype: str, layout: str) -> None:
    with np.errstate(over="ignore"):
        z = drawn.astype(dtype)
    stored = LAYOUTS[layout](z)
    wanted, got = works(activation, z, z), works(activation, stored, stored)
    for a, b in zip(got, wanted, strict=True):
        assert a.dtype == z.dtype
        assert np.array_equal(a, b, equal_nan=True)


@settings(max_examples=250, deadline=None, derandomize=True)
@given(drawn=numbers(), activation=st.sampled_from(ACTIVATIONS), dtype=st.sampled_from(DTYPES))
def test_any_numbers_through_an_activation(drawn: Any, activation: Any, dtype: Any) -> None:
    with by_definition():
        wanted = activation(drawn.astype(np.float64))
    check(activation(drawn.astype(dtype)), wanted, 0.0)


@settings(max_examples=250, deadline=None, derandomize=True)
@given(data=st.data(), drawn=numbers(), pair=st.sampled_from(DEFAULT_PAIRS))
def test_any_numbers_through_a_pair(data: Any, drawn: Any, pair: Any) -> None:
    dtype = data.draw(st.sampled_from(DTYPES))
    if len(drawn) == 0:
        return
    layer = OutputLayer(*pair)
    target = data.draw(st.sampled_from(targets(*pair, drawn)))
    wide = drawn.astype(np.float64)
    with np.errstate(all="ignore"):
        value, gradient = definition_of(layer).value_and_gradient(wide, target.given)
        sizes = SizesOfAPair(layer, wide, target.given)
        scales = sizes.value, sizes.gradient
    t = target.given if target.is_labels else target.given.astype(dtype)
    found = layer.value_and_gradient(drawn.astype(dtype), t)
    check(found[0], value, scales[0], where=target)
    check(found[1], gradient, scales[1], ~np.isfinite(value)[:, None], where=target)
