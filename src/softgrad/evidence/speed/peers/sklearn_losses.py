"""scikit-learn: the compiled losses of its gradient boosting, in `sklearn._loss`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np

from softgrad.evidence.speed.dtypes import is_half
from softgrad.evidence.speed.peer import Call, Peer
from softgrad.evidence.speed.problem import Problem


def _calls(problem: Problem) -> Iterator[Call]:
    task = problem.work.task
    if is_half(problem.work.dtype) or task.quantity == "hvp":
        return
    if (task.activation, task.loss, task.target) == ("softmax", "cross_entropy", "labels"):
        yield from _multinomial(problem)
    if (task.activation, task.loss) == ("sigmoid", "cross_entropy"):
        yield _binomial(problem)


def _multinomial(problem: Problem) -> Iterator[Call]:
    losses: Any = import_module("sklearn._loss.loss")
    z = problem.z
    loss = losses.HalfMultinomialLoss(n_classes=z.shape[-1])
    labels = problem.labels.astype(z.dtype)  # it wants labels as numbers of z's dtype
    first, second = np.empty_like(z), np.empty_like(z)
    threads = {"n_threads": problem.threads}

    def gradient_hessian() -> tuple[Any, ...]:
        loss.gradient_hessian(labels, z, gradient_out=first, hessian_out=second, **threads)
        return first, second

    def gradient_proba() -> tuple[Any, ...]:
        loss.gradient_proba(labels, z, gradient_out=first, proba_out=second, **threads)
        np.subtract(second, np.square(second), out=second)  # p - p^2
        return first, second

    rows = np.empty_like(labels)

    def loss_gradient() -> tuple[Any, ...]:
        loss.loss_gradient(labels, z, loss_out=rows, gradient_out=first, **threads)
        return np.sum(rows), first

    if problem.work.task.quantity == "gradient_and_hessian":
        yield Call(gradient_hessian, "gradient_hessian")
        yield Call(gradient_proba, "gradient_proba")
    else:
        yield Call(loss_gradient)


def _binomial(problem: Problem) -> Call:
    losses: Any = import_module("sklearn._loss.loss")
    loss = losses.HalfBinomialLoss()
    z, coins = problem.z.reshape(-1), problem.coins.reshape(-1)
    rows, gradient = np.empty_like(z), np.empty_like(z)

    def run() -> tuple[Any, ...]:
        loss.loss_gradient(
            coins, z, loss_out=rows, gradient_out=gradient, n_threads=problem.threads
        )
        return np.sum(rows), gradient.reshape(problem.z.shape)

    return Call(run)


PEER = Peer("sklearn", ("sklearn",), _calls)
