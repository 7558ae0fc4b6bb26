"""The column of errors: it is right about right results, and sees lost digits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from softgrad.evidence.speed import Task, Work
from softgrad.evidence.speed.digits import worst, worst_ulp_of
from softgrad.evidence.speed.digits.terms import Terms
from softgrad.evidence.speed.own import OwnCall, own_call

SOFT = Task("value_and_gradient", "softmax", "cross_entropy", "distributions")
WORK = Work(task=SOFT, shape=(6, 12))


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_an_error_of_ten_units_is_seen_in_value_and_in_gradient(monkeypatch, dtype):
    work = replace(WORK, dtype=dtype)
    right = worst_ulp_of(work)
    assert right is not None
    assert right <= (4.0 if dtype == "float32" else 0.75)
    for which in (0, 1):

        def wrong(problem, task, reduction, which=which):
            results = [np.array(x) for x in own_call(problem, task, reduction).run()]
            last = results[which][-1:]
            last += (
                10
                * np.spacing(np.abs(last).astype(np.float32)).astype(last.dtype)
                * (2**16 if dtype == "bfloat16" else 1)
            )
            return OwnCall(lambda: tuple(results), lambda: "")

        monkeypatch.setattr(worst, "own_call", wrong)
        found = worst_ulp_of(work)
        assert found is not None
        assert found > right + 2.0


def test_what_no_closed_form_is_known_of_has_no_number():
    assert worst_ulp_of(Work(task=Task("vjp", "sparsemax"), shape=(6, 12))) is None


def test_the_size_of_a_difference_is_that_of_its_terms():
    difference = 2.0 * (Terms(np.array([1.0])) - Terms(np.array([0.75])))
    assert difference.value == 0.5
    assert difference.size == 3.5
    assert (1.0 - Terms(np.array([1.0]))).size == 2.0
