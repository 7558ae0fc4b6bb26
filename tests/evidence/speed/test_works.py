from __future__ import annotations

from math import prod

import pytest

from softgrad.catalogue import find_activation, find_loss
from softgrad.evidence.speed import all_works, matching, quick

WORKS = all_works()


def test_no_two_works_have_one_name():
    names = [work.name for work in WORKS]
    assert len(set(names)) == len(names) > 40


def test_every_work_is_in_the_catalogue_and_wants_to_be_ahead():
    for work in WORKS:
        assert work.goal >= 1.0
        activation = find_activation(work.task.activation)
        assert not work.task.loss or find_loss(work.task.loss).fits(activation)


def test_the_name_says_task_shape_dtype_and_order():
    names = {work.name for work in WORKS}
    assert "softmax, into a new array 100000x10 float32 C" in names
    assert "softmax 8192x1024 float32 C" in names
    assert "softmax x cross_entropy, gradient + Hessian diagonal 1000000x3 float64 F" in names
    assert "entmax-1.5 8192x1000 float32 C" in names
    soft = "softmax x cross_entropy, soft targets, value + gradient"
    assert {f"{soft} 8192x1000 {dtype} C" for dtype in ("float32", "bfloat16")} <= names
    assert "softmax x kl_divergence, value + gradient 8192x1000 float32 C" in names
    assert "gelu vjp 10000000 float32 C" in names


def test_quick_works_differ_in_rows_only():
    for work in WORKS:
        small = quick(work)
        assert small.shape[1:] == work.shape[1:]
        assert min(2, work.shape[0]) <= small.shape[0] <= work.shape[0]
        assert prod(small.shape) <= max(100_000, 2 * prod(work.shape[1:]))


@pytest.mark.parametrize(
    ("patterns", "count"),
    [
        ([], len(WORKS)),
        (["focal"], 5),
        (["FOCAL"], 5),
        (["focal", "hvp"], 8),
        (["focal, value + gradient 8,192 × 1,000"], 1),
        (["softmax, into"], 1),
        (["softmax 8192x1024"], 1),
        (["nothing"], 0),
    ],
)
def test_works_are_chosen_by_parts_of_their_names(patterns, count):
    assert len(matching(WORKS, patterns)) == count
