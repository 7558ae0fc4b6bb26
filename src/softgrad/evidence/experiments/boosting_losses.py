"""Is a booster better at a loss when it is trained on that loss?

Two questions, each asked of XGBoost or LightGBM with the curvature "auto":

*Own loss.* Focal loss, generalised cross-entropy, the Brier score and label smoothing, each
measured on held-out rows twice: by a booster trained on it and by one trained on plain log-loss.

*Label noise.* The labels to train on and to choose rounds by are replaced, with probability 0.4,
by ones drawn uniformly; the accuracy is measured on held-out rows whose labels are true.

In both the number of rounds is the one that is best on the validation rows, by the loss in
question: the booster on log-loss is stopped as well as it can be. For the own loss both libraries
have light leaves (the curvature of a row shrinks as it is learnt, at another pace for each loss);
against wrong labels both have careful ones (a leaf must not hold a single wrong row).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from softgrad import catalogue
from softgrad.boosting import Objective, objective
from softgrad.contracts import RowLoss
from softgrad.errors import ParameterError
from softgrad.evidence.experiments.boosting import (
    CAREFUL_LEAVES,
    LIGHT_LEAVES,
    Parts,
    accuracy,
    boost,
    load,
)
from softgrad.nn.data import Dataset, replace_labels

DATA = ("digits", "wine", "breast-cancer", "waves")
NOISY_DATA = ("digits", "waves")
BASELINE = "log-loss"


@dataclass(frozen=True)
class Goal:
    """A loss under the name that the tables show, with label smoothing or without."""

    name: str
    loss: RowLoss
    label_smoothing: float = 0.0

    def objective(self, library: str, classes: int, curvature: str = "auto") -> Objective:
        """Softmax with this loss, for a library."""
        return objective(
            "softmax",
            self.loss,
            library=library,
            curvature=curvature,
            classes=classes,
            label_smoothing=self.label_smoothing,
        )


def goals() -> tuple[Goal, ...]:
    """Log-loss, and the losses that are compared with it."""
    spelled: tuple[tuple[str, str, dict[str, Any], float], ...] = (
        (BASELINE, "cross_entropy", {}, 0.0),
        ("label smoothing 0.1", "cross_entropy", {}, 0.1),
        ("focal, gamma = 2", "focal", {"gamma": 2.0}, 0.0),
        ("generalised CE, q = 0.7", "generalised_cross_entropy", {"q": 0.7}, 0.0),
        ("Brier score", "squared_error", {}, 0.0),
    )
    return tuple(
        Goal(name, catalogue.LOSSES[loss](**parameters), smoothing)
        for name, loss, parameters, smoothing in spelled
    )


@dataclass(frozen=True)
class OwnLoss:
    """What two boosters come to in one loss on one data set: one number a seed.

    Attributes:
        data, goal: which.
        trained: held-out loss of the booster trained on it.
        baseline: held-out loss of the booster trained on log-loss.
    """

    data: str
    goal: str
    trained: tuple[float, ...]
    baseline: tuple[float, ...]


@dataclass(frozen=True)
class NoisyAccuracy:
    """Held-out accuracy on true labels after training on wrong ones: one number a seed."""

    data: str
    goal: str
    accuracies: tuple[float, ...]


def own_losses(
    library: str,
    *,
    data: Sequence[str] = DATA,
    seeds: int = 3,
    rounds: int = 300,
    finished: Callable[[str], None] = print,
) -> Iterator[OwnLoss]:
    """Each loss on each data set; `finished` hears of every training."""
    check_counts(seeds, rounds)
    base, *others = goals()
    for name in data:
        found: dict[str, tuple[list[float], list[float]]] = {g.name: ([], []) for g in others}
        for seed in range(seeds):
            parts = Parts.of(load(name), seed)
            makers = [goal.objective(library, len(parts.train.classes)) for goal in others]
            judges = [one.value for one in makers]
            plain = base.objective(library, len(parts.train.classes))
            finished(f"{name}, seed {seed}: {base.name}")
            validation, test = boost(plain, parts, judges, rounds, settings=LIGHT_LEAVES)
            for k, (goal, maker) in enumerate(zip(others, makers, strict=True)):
                finished(f"{name}, seed {seed}: {goal.name}")
                own_validation, own_test = boost(
                    maker, parts, [maker.value], rounds, settings=LIGHT_LEAVES
                )
                trained, baseline = found[goal.name]
                trained.append(own_test[own_validation[:, 0].argmin(), 0])
                baseline.append(test[validation[:, k].argmin(), k])
        for goal in others:
            trained, baseline = found[goal.name]
            yield OwnLoss(name, goal.name, tuple(trained), tuple(baseline))


def noisy_accuracies(
    library: str,
    *,
    data: Sequence[str] = NOISY_DATA,
    probability: float = 0.4,
    seeds: int = 3,
    rounds: int = 200,
    finished: Callable[[str], None] = print,
) -> Iterator[NoisyAccuracy]:
    """Each loss on each data set, with wrong labels; `finished` hears of every training."""
    check_counts(seeds, rounds)
    for name in data:
        found: dict[str, list[float]] = {goal.name: [] for goal in goals()}
        for seed in range(seeds):
            parts = _with_noise(Parts.of(load(name), seed), probability, seed)
            for goal in goals():
                finished(f"{name}, seed {seed}: {goal.name}")
                maker = goal.objective(library, len(parts.train.classes))
                validation, test = boost(
                    maker, parts, [maker.value, accuracy], rounds, settings=CAREFUL_LEAVES
                )
                found[goal.name].append(test[validation[:, 0].argmin(), 1])
        for goal in goals():
            yield NoisyAccuracy(name, goal.name, tuple(found[goal.name]))


def _with_noise(parts: Parts, probability: float, seed: int) -> Parts:
    rng = np.random.default_rng([seed, 2])

    def spoilt(part: Dataset) -> Dataset:
        classes = len(part.classes)
        return replace(part, targets=replace_labels(part.targets, classes, probability, rng))

    return Parts(spoilt(parts.train), spoilt(parts.validation), parts.test)


def check_counts(seeds: int, rounds: int) -> None:
    """Raise unless both are at least 1."""
    for name, value in (("seeds", seeds), ("rounds", rounds)):
        if value < 1:
            raise ParameterError(f"{name} is {value!r}; expected a whole number >= 1")
