"""Optimisers by name, and those that walk down the gradient of each batch: SGD and Adam."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.errors import InputTypeError, UnknownNameError
from softgrad.nn.lbfgs import LBFGS
from softgrad.nn.optimiser import Optimiser, Run, check

Update: TypeAlias = Callable[[Array, float], None]
"""(gradient, learning rate): moves the parameters, in place."""


class Descent(Optimiser):
    """Small steps, one a batch. A subclass supplies the rule of one step.

    Weight decay is decoupled from the gradient (Loshchilov and Hutter 2019): each step also
    multiplies the weights, not the biases, by 1 - learning_rate * weight_decay.
    """

    learning_rate: float
    weight_decay: float

    def __post_init__(self) -> None:
        name = type(self).__name__
        check(name, "learning_rate", self.learning_rate, 0.0 < self.learning_rate < math.inf, "> 0")
        check(name, "weight_decay", self.weight_decay, 0.0 <= self.weight_decay < math.inf, ">= 0")

    @abstractmethod
    def start(self, parameters: Array) -> Update:
        """The rule of one step on these parameters, with its memory still empty."""

    def run(self, training: Run) -> None:
        """One step a batch, the learning rate times the schedule's factor."""
        update = self.start(training.parameters)
        decays = training.decays.astype(training.parameters.dtype) * self.weight_decay
        for epoch in range(training.epochs):
            batches = training.batches(epoch)
            rate = 0.0
            for index, batch in enumerate(batches):
                position = epoch + index / len(batches)
                rate = self.learning_rate * training.schedule.factor(position, training.epochs)
                _, gradient = training.value_and_gradient(batch, epoch, index)
                if self.weight_decay:
                    np.multiply(training.parameters, 1.0 - rate * decays, out=training.parameters)
                update(gradient, rate)
            if training.end_epoch(rate):
                return


@dataclass(frozen=True, kw_only=True)
class SGD(Descent):
    """Stochastic gradient descent: v = momentum v + g, then p -= learning_rate v.

    Attributes:
        learning_rate: the step.
        momentum: 0 <= momentum < 1.
        nesterov: look ahead: p -= learning_rate (g + momentum v) (Nesterov 1983).
        weight_decay: see `Descent`.
    """

    learning_rate: float = 0.1
    momentum: float = 0.9
    nesterov: bool = False
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check("SGD", "momentum", self.momentum, 0.0 <= self.momentum < 1.0, "0 <= momentum < 1")

    def start(self, parameters: Array) -> Update:
        """With a velocity of 0."""
        velocity = np.zeros_like(parameters)

        def update(gradient: Array, rate: float) -> None:
            np.multiply(velocity, self.momentum, out=velocity)
            np.add(velocity, gradient, out=velocity)
            step = gradient + self.momentum * velocity if self.nesterov else velocity
            np.subtract(parameters, rate * step, out=parameters)

        return update


@dataclass(frozen=True, kw_only=True)
class Adam(Descent):
    """Steps of a similar size for every parameter, whatever the scale of its gradient.

    m = beta1 m + (1 - beta1) g and v = beta2 v + (1 - beta2) g², both divided by what their sums
    of weights lack of 1; then p -= learning_rate m / (sqrt(v) + epsilon) (Kingma and Ba 2015).

    Attributes:
        learning_rate: the step.
        beta1, beta2: how slowly the means of g and g² forget, in [0, 1).
        epsilon: keeps the quotient finite.
        weight_decay: see `Descent`.
    """

    learning_rate: float = 0.003
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check("Adam", "beta1", self.beta1, 0.0 <= self.beta1 < 1.0, "0 <= beta1 < 1")
        check("Adam", "beta2", self.beta2, 0.0 <= self.beta2 < 1.0, "0 <= beta2 < 1")
        check("Adam", "epsilon", self.epsilon, self.epsilon > 0.0, "> 0")

    def start(self, parameters: Array) -> Update:
        """With both means 0."""
        mean, square = np.zeros_like(parameters), np.zeros_like(parameters)
        steps = 0

        def update(gradient: Array, rate: float) -> None:
            nonlocal steps
            steps += 1
            np.add(self.beta1 * mean, (1.0 - self.beta1) * gradient, out=mean)
            np.add(self.beta2 * square, (1.0 - self.beta2) * (gradient * gradient), out=square)
            step = rate / (1.0 - self.beta1**steps)
            root = np.sqrt(square / (1.0 - self.beta2**steps))
            np.subtract(parameters, step * mean / (root + self.epsilon), out=parameters)

        return update


def find_optimiser(optimiser: str | Optimiser) -> Optimiser:
    """The optimiser itself, or the one of that name ("adam", "sgd", "lbfgs") with its defaults."""
    if isinstance(optimiser, Optimiser):
        return optimiser
    if not isinstance(optimiser, str):
        raise InputTypeError(
            f"optimiser is a {type(optimiser).__name__}; expected an Optimiser or a name"
        )
    table: dict[str, type[Optimiser]] = {"adam": Adam, "sgd": SGD, "lbfgs": LBFGS}
    if optimiser not in table:
        raise UnknownNameError(f"no optimiser is called {optimiser!r}; known: {', '.join(table)}")
    return table[optimiser]()
