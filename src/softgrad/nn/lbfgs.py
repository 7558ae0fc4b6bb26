"""L-BFGS: the whole data in every step, and curvature learnt from the last few gradients."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.errors import ParameterError
from softgrad.nn.optimiser import Optimiser, Run, check
from softgrad.nn.requirements import require


@dataclass(frozen=True, kw_only=True)
class LBFGS(Optimiser):
    """Limited-memory BFGS (Liu and Nocedal 1989; SciPy's L-BFGS-B). One iteration is an epoch.

    It needs the whole data at once and no learning rate: right for small data sets, and for
    networks without a hidden layer, whose loss is convex. Schedules do not apply to it.

    Attributes:
        memory: how many past gradients it keeps.
        weight_decay: adds weight_decay / 2 times the sum of squared weights, without biases, to
            the objective. The reported loss is without it.
        tolerance: stop where the gradient's largest entry is below it.
    """

    default_batch_size: ClassVar[int | None] = None

    memory: int = 10
    weight_decay: float = 0.0
    tolerance: float = 1e-8

    def __post_init__(self) -> None:
        check("LBFGS", "memory", self.memory, self.memory >= 1, "a whole number >= 1")
        decay = self.weight_decay
        check("LBFGS", "weight_decay", decay, 0.0 <= decay < math.inf, ">= 0")
        check("LBFGS", "tolerance", self.tolerance, self.tolerance >= 0.0, ">= 0")

    def run(self, training: Run) -> None:
        """Hand the objective to SciPy, and follow it from iteration to iteration."""
        optimize = require("scipy.optimize", "scipy", "LBFGS")
        if len(training.batches(0)) != 1:
            raise ParameterError("LBFGS needs the whole data in every step: leave batch_size out")
        (batch,) = training.batches(0)
        decay = training.decays * self.weight_decay
        epoch = 0

        def objective(point: Array) -> tuple[float, Array]:
            training.parameters[...] = point
            value, gradient = training.value_and_gradient(batch, epoch, 0)
            # In double precision, or the line search runs into rounding errors.
            slope = gradient.astype(np.float64) + decay * point
            return value + 0.5 * float(np.sum(decay * point * point)), slope

        def iterated(intermediate_result: Any) -> None:
            nonlocal epoch
            training.parameters[...] = intermediate_result.x
            epoch += 1
            if training.end_epoch(None):
                raise StopIteration

        result = optimize.minimize(
            objective,
            training.parameters.astype(np.float64),
            method="L-BFGS-B",
            jac=True,
            callback=iterated,
            options={
                "maxiter": training.epochs,
                "maxfun": 20 * training.epochs + 20,
                "maxcor": self.memory,
                "gtol": self.tolerance,
                "ftol": 0.0,
            },
        )
        training.parameters[...] = result.x
