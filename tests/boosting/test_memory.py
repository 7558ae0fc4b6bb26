"""Memory that is used again: never while somebody holds it, always once nobody does."""

from __future__ import annotations

import ctypes
import pickle
import tracemalloc
from collections.abc import Callable
from threading import Barrier, Thread
from time import sleep
from typing import Any
from weakref import ref

import numpy as np
import pytest

from softgrad.boosting import objective
from softgrad.boosting.memory import Memory

SCORES = np.random.default_rng(0).standard_normal((50, 3)).astype(np.float32)
LABELS = np.arange(50) % 3
CALLS = 6  # more than are kept

HOLDERS: dict[str, Callable[[np.ndarray], Any]] = {
    "the array": lambda a: a,
    "a view": lambda a: a[:10],
    "a view of a view": lambda a: a[:10][2:].T,
    "other shape": lambda a: a.reshape(-1),
    "another dtype": lambda a: a.view(np.int32),
    "a subclass": lambda a: a.view(np.ma.MaskedArray),
    "a memoryview": memoryview,
    "from a buffer": lambda a: np.frombuffer(a, np.uint8),
    "an iterator": lambda a: a.flat,
    "a pointer": lambda a: a.ctypes.data_as(ctypes.c_void_p),
    "the array interface": lambda a: np.asarray(Interface(a)),
    "dlpack": np.from_dlpack,
}


class Interface:
    """What a library keeps that reads `__array_interface__`."""

    def __init__(self, array: np.ndarray) -> None:
        self.array, self.__array_interface__ = array, array.__array_interface__


def address(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]


@pytest.mark.parametrize("name", HOLDERS)
def test_what_is_held_in_any_way_is_not_given_out_again(name: str) -> None:
    memory = Memory()
    given = memory.empty_like(SCORES)
    where = address(given)
    held = HOLDERS[name](given)
    del given
    assert all(address(memory.empty_like(SCORES)) != where for _ in range(CALLS))
    del held


@pytest.mark.parametrize("name", HOLDERS)
def test_what_was_held_and_is_let_go_is_given_out_again(name: str) -> None:
    memory = Memory()
    given = memory.empty_like(SCORES)
    given[:] = 7.0
    held = HOLDERS[name](given)
    del given, held
    others = [np.zeros_like(SCORES) for _ in range(CALLS)]  # what is freed would be theirs
    assert np.all(memory.empty_like(SCORES) == 7.0)
    del others


def test_arrays_that_are_held_are_all_different() -> None:
    memory = Memory()
    for _ in range(3):  # fresh ones, and such as were held before
        held = [memory.empty_like(SCORES) for _ in range(CALLS)]
        assert len({address(one) for one in held}) == CALLS
        del held
        once = address(memory.empty_like(SCORES))
        assert once == address(memory.empty_like(SCORES))


def test_four_arrays_are_kept_and_no_more() -> None:
    memory, wide = Memory(), np.zeros(100_000)
    tracemalloc.start()
    held = [memory.empty_like(wide) for _ in range(CALLS)]
    del held
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept // wide.nbytes == 4


def test_shape_dtype_and_order_are_those_of_empty_like() -> None:
    memory = Memory()
    likes = [SCORES, SCORES[:9], np.asfortranarray(SCORES), SCORES.T, SCORES.view(np.int32)]
    for like in [*likes, *likes, SCORES[:0], SCORES[0], SCORES.astype(">f8"), SCORES[::2].T]:
        for _ in range(2):
            given, wanted = memory.empty_like(like), np.empty_like(like)
            assert type(given) is np.ndarray
            assert (given.shape, given.dtype) == (wanted.shape, wanted.dtype)
            assert given.strides == wanted.strides
            assert given.flags.writeable
            del given


def test_gradient_and_curvature_are_two_arrays() -> None:
    obj = objective("softmax", "cross_entropy", library="xgboost", classes=3)
    for _ in range(CALLS):
        gradient, curvature = obj(LABELS, SCORES)
        assert not np.shares_memory(gradient, curvature)


def test_an_answer_that_is_held_is_not_written_over() -> None:
    obj = objective("softmax", "cross_entropy", library="xgboost", classes=3)
    held = obj(LABELS, SCORES)
    view, copy = held[0][:10], [a.copy() for a in held]
    obj(LABELS, 2 * SCORES)
    np.testing.assert_array_equal(held[0], copy[0])
    np.testing.assert_array_equal(held[1], copy[1])
    del held
    obj(LABELS, 3 * SCORES)
    obj(LABELS, 4 * SCORES)
    np.testing.assert_array_equal(view, copy[0][:10])


def test_memory_is_used_again_and_stays_at_home() -> None:
    obj = objective("softmax", "cross_entropy", library="lightgbm", classes=3)
    scores = np.asfortranarray(SCORES)
    addresses = set()
    for _ in range(5):
        gradient, curvature = obj(LABELS, scores)
        addresses |= {address(gradient), address(curvature)}
        del gradient, curvature
    assert len(addresses) == 2
    assert len(pickle.dumps(obj)) < 2000


def test_two_threads_never_have_the_same_array(monkeypatch: pytest.MonkeyPatch) -> None:
    def hesitant_ref(loan: Any) -> Callable[[], Any]:
        """Another thread has its turn between the answer and what is made of it."""
        asked = ref(loan)

        def ask() -> Any:
            found = asked()
            sleep(0)
            return found

        return ask

    monkeypatch.setattr("softgrad.boosting.memory.ref", hesitant_ref)
    memory, start, mixed = Memory(), Barrier(3), list[float]()

    def work(mine: float) -> None:
        start.wait()
        for _ in range(300):
            given = memory.empty_like(SCORES[0])
            given[:] = mine
            sleep(0)
            if given.tolist() != [mine] * 3:
                mixed.append(mine)

    threads = [Thread(target=work, args=(float(i),)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not mixed
