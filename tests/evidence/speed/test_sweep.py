"""The sweep: every activation and loss has a textbook formula, and the formulas agree with ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evidence.speed.tiny import tiny
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.evidence.speed import Problem, Work
from softgrad.evidence.speed.agreement import disagreement
from softgrad.evidence.speed.own import own_call
from softgrad.evidence.speed.sweep import sweep_works, why_no_formula
from softgrad.evidence.speed.sweep.textbook import textbook_output, textbook_pair, ways_back
from softgrad.evidence.speed.sweep.works import WITHOUT_PEER
from softgrad.evidence.speed.torch_tensors import array_of, tensors

WORKS = [work for work in sweep_works() if why_no_formula(work.task) is None]


def of_each() -> Iterator[Work]:
    """Each activation alone, and each loss with the first activation of each kind of target."""
    seen: set[tuple[str, str]] = set()
    for work in WORKS:
        task = work.task
        key = (task.loss, task.target) if task.loss else ("", task.activation)
        if key not in seen:
            seen.add(key)
            yield work


def test_every_activation_and_every_loss_is_swept():
    assert {work.task.activation for work in WORKS} == set(ACTIVATIONS) - {"gumbel_softmax"}
    assert {work.task.loss for work in WORKS} - {""} == set(LOSSES) - set(WITHOUT_PEER)


def results(problem: Problem) -> Iterator[tuple[Any, ...]]:
    """Of the textbook; of an activation alone in each way back."""
    task = problem.work.task
    inputs = tensors(problem.inputs(task))
    if task.loss:
        yield textbook_pair(task)(*inputs)
        return
    z, g = inputs
    y = textbook_output(task)(z)
    kept = {"logits": z, "output": y}
    for what, pull_back in ways_back(task).items():
        yield y, pull_back(kept[what], g)


def test_the_textbook_agrees_with_ours():
    wrong: dict[str, str] = {}
    for work in of_each():
        small = Problem(tiny(work), threads=1)
        own = own_call(small, work.task).run()
        for found in results(small):
            if reason := disagreement([array_of(one) for one in found], own, "float32"):
                wrong[work.name] = reason
    assert wrong == {}


def test_an_activation_alone_is_one_graph_there_and_one_back():
    work = next(work for work in WORKS if work.task.activation == "tanh" and not work.task.loss)
    assert set(ways_back(work.task)) == {"logits", "output"}
