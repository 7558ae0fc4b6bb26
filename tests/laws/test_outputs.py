"""Laws of `out=`, the same by the kernels and by the definition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import softgrad as sg
from laws.both_ways import by_definition
from laws.output_calls import PAIRS, PER_ENTRY, READ, ROWS, N, Z, calls
from laws.variants import same
from softgrad.errors import InputTypeError, ParameterError, ShapeError

each_way = pytest.mark.parametrize("way", [nullcontext, by_definition])


def read_only() -> np.ndarray:
    array = np.empty_like(Z)
    array.flags.writeable = False
    return array


def strided(*strides: int) -> np.ndarray:
    return np.lib.stride_tricks.as_strided(np.zeros(2 * Z.size), Z.shape, strides)


REFUSED: list[tuple[Callable[[], Any], type, str]] = [
    (lambda: Z.tolist(), InputTypeError, "is a list; expected a NumPy array"),
    (lambda: 0.0, InputTypeError, "is a float; expected a NumPy array"),
    (lambda: "out", InputTypeError, "is a str; expected a NumPy array"),
    (lambda: memoryview(np.empty_like(Z)), InputTypeError, "is a memoryview; expected a NumPy"),
    (lambda: torch.empty(Z.shape), InputTypeError, "is a Tensor; expected a NumPy array"),
    (lambda: np.ma.empty(Z.shape), InputTypeError, "is a MaskedArray; expected a NumPy array"),
    (lambda: np.empty(N), ShapeError, r"has shape \(4,\); expected \(3, 4\)"),
    (lambda: np.empty((N, ROWS)), ShapeError, r"has shape \(4, 3\); expected \(3, 4\)"),
    (lambda: np.empty((1, ROWS, N)), ShapeError, r"has shape \(1, 3, 4\); expected \(3, 4\)"),
    (lambda: np.empty(Z.shape, int), InputTypeError, "has dtype int64; expected a floating"),
    (lambda: np.empty(Z.shape, bool), InputTypeError, "has dtype bool; expected a floating"),
    (lambda: np.empty(Z.shape, complex), InputTypeError, "has dtype complex128; expected a"),
    (lambda: np.empty(Z.shape, object), InputTypeError, "has dtype object; expected a floating"),
    (lambda: np.empty(Z.shape, "f8, f8"), InputTypeError, "has dtype .*; expected a floating"),
    (read_only, InputTypeError, "is read-only; expected an array that can be written to"),
    (lambda: np.broadcast_to(0.0, Z.shape), InputTypeError, "is read-only"),
    (lambda: strided(0, 8), ParameterError, r"has strides \(0, 8\), by which entries lie in one"),
    (lambda: strided(8, 8), ParameterError, "has strides .*, by which entries lie in one"),
    (lambda: strided(24, 8), ParameterError, "has strides .*, by which entries lie in one"),
    (lambda: strided(32, 4), ParameterError, "has strides .*, by which entries lie in one"),
]


@each_way
def test_what_cannot_take_a_result_is_refused_by_name(way: Any) -> None:
    with way():
        for call in calls():
            for make, kind, message in REFUSED:
                with pytest.raises(kind, match=rf"^out(\[[01]\])? {message}"):
                    call(make())


@each_way
def test_no_output_at_all_and_a_pair_of_none_are_the_same(way: Any) -> None:
    with way():
        layer = sg.OutputLayer("softmax", "squared_error")
        for wrong in (None, 1.0, (None,), (None, None, None), np.empty((3, *Z.shape))):
            with pytest.raises(InputTypeError, match=r"out is a .*; expected two, each an array"):
                layer.gradient_and_hessian_diagonal(Z, READ["soft target"], out=wrong)


def beside(value: np.ndarray, shift: int) -> tuple[np.ndarray, np.ndarray]:
    """A copy of `value`, and an output of Z's shape that begins `shift` bytes after it."""
    memory = np.zeros(4 * Z.nbytes, np.uint8)
    start = Z.nbytes
    copy = memory[start : start + value.nbytes].view(value.dtype).reshape(value.shape)
    copy[...] = value
    start += shift
    return copy, memory[start : start + Z.nbytes].view(Z.dtype).reshape(Z.shape)


@each_way
def test_an_output_shares_no_part_of_an_argument(way: Any) -> None:
    with way():
        for call in calls():
            for name in call.reads:
                value = READ[name]
                shifts = {8 - Z.nbytes, value.nbytes - 4, 8 if value.shape == Z.shape else 0}
                for shift in shifts:
                    given, out = beside(value, shift)
                    words = rf"^out.* shares memory with {name.removeprefix('soft ')};"
                    with pytest.raises(ParameterError, match=words):
                        call(out, **{name: given})
                    assert np.array_equal(given, value), (call.name, name)


@each_way
def test_an_output_may_lie_where_an_argument_of_its_shape_does(way: Any) -> None:
    with way():
        for call in calls():
            wanted = call()
            for name in PER_ENTRY.intersection(call.reads):
                given = READ[name].copy()
                for out in (given, given[:]):
                    given[...] = READ[name]
                    assert call(out, **{name: given}) is out
                    same(out, wanted)


@each_way
def test_an_output_may_lie_between_the_entries_of_an_argument(way: Any) -> None:
    with way():
        for call in calls():
            wanted = call()
            for name in PER_ENTRY.intersection(call.reads):
                memory = np.zeros((ROWS, 2 * N))
                given, out = memory[:, ::2], memory[:, 1::2]
                given[...] = READ[name]
                assert call(out, **{name: given}) is out
                same(out, wanted)
                assert np.array_equal(given, READ[name])


@each_way
def test_transposed_logits_are_no_place_for_their_own_output(way: Any) -> None:
    z = np.cos(np.arange(81.0)).reshape(9, 9)
    with way(), pytest.raises(ParameterError, match="out shares memory with z"):
        sg.softmax(z, out=z.T)


def layouts() -> Iterator[np.ndarray]:
    """Outputs of Z's shape in every layout in which each entry has a place of its own."""
    yield np.empty_like(Z)
    yield np.empty_like(Z)[::-1, ::-1]
    yield np.empty((N, ROWS)).T
    yield np.empty((N, 2 * ROWS)).T[::-2]
    yield np.empty((2 * ROWS, 3 * N))[::2, ::3]
    yield np.empty(Z.nbytes + 3, np.uint8)[3:].view(Z.dtype).reshape(Z.shape)


@each_way
def test_each_layout_takes_a_result(way: Any) -> None:
    with way():
        for call in calls():
            wanted = call()
            for out in layouts():
                assert call(out) is out
                same(out, wanted)
        one = np.lib.stride_tricks.as_strided(np.zeros(N), (1, N), (0, 8))
        same(sg.softmax(Z[:1], out=one), sg.softmax(Z[:1]))
        again = np.lib.stride_tricks.as_strided(one, (1, N), (24, 8))
        assert sg.softmax(again, out=one) is one
        for none in (np.empty((0, N)), np.empty((N, 0)).T, np.broadcast_to(Z[:0], (2, 0, N))):
            out = none.copy(order="K")
            assert sg.softmax(none, out=out) is out


@each_way
def test_two_outputs_share_nothing(way: Any) -> None:
    t = READ["soft target"]
    with way():
        for pair in PAIRS:
            both = sg.OutputLayer(*pair).gradient_and_hessian_diagonal
            wanted = both(Z, t)
            for shift in (0, 8, Z.nbytes - 8, 8 - Z.nbytes):
                first, second = beside(np.ones_like(Z), shift)
                for out in ((first, second), (second, first)):
                    before = [one.copy() for one in out]
                    with pytest.raises(
                        ParameterError, match=r"out\[1\] shares memory with out\[0\]"
                    ):
                        both(Z, t, out=out)
                    assert all(map(np.array_equal, out, before))  # nothing was written
            beyond = beside(np.ones_like(Z), Z.nbytes)
            between = np.zeros((ROWS, N, 2))
            for out in (beyond, (between[..., 0], between[..., 1])):
                for result, taken, want in zip(both(Z, t, out=out), out, wanted, strict=True):
                    assert result is taken
                    same(result, want)


@each_way
def test_nothing_is_written_to_one_output_if_the_other_is_refused(way: Any) -> None:
    with way():
        for pair in PAIRS:
            layer, first = sg.OutputLayer(*pair), np.ones_like(Z)
            for make, kind, message in REFUSED:
                with pytest.raises(kind, match=rf"out\[1\] {message}"):
                    layer.gradient_and_hessian_diagonal(Z, READ["soft target"], out=(first, make()))
                assert np.all(first == 1.0)


@each_way
def test_an_output_may_lie_in_a_file(way: Any, tmp_path: Path) -> None:
    with way():
        for call in calls():
            out = np.memmap(tmp_path / "result", Z.dtype, "w+", shape=Z.shape)
            assert call(out) is out
            out.flush()
            same(np.fromfile(tmp_path / "result").reshape(Z.shape), call())
        with pytest.raises(InputTypeError, match="out is read-only"):
            sg.softmax(Z, out=np.memmap(tmp_path / "result", Z.dtype, "r", shape=Z.shape))


@each_way
def test_a_result_without_output_has_memory_of_its_own(way: Any) -> None:
    with way():
        for call in calls():
            given = {name: value.copy() for name, value in READ.items()}
            result = call(**given)
            assert result.flags.writeable
            result[...] = 7.0
            assert all(np.array_equal(given[name], READ[name]) for name in READ), call.name
        z = Z.copy()
        for result in (sg.exp.log(z), sg.identity(z, axis=0), sg.identity.linearize(z)[0]):
            assert not np.shares_memory(result, z)
