"""Which curvature boosts best: held-out loss and rounds, with each library's defaults.

Every curvature trains every loss on every data set; the number of rounds is the one that is best
on the validation rows, the loss is that of the test rows at that round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from softgrad.boosting import CURVATURES
from softgrad.evidence.experiments.boosting import Parts, boost, load
from softgrad.evidence.experiments.boosting_losses import DATA, check_counts, goals


@dataclass(frozen=True)
class Outcome:
    """What one curvature comes to for one loss on one data set, in the mean over seeds.

    Attributes:
        data, goal, curvature: which.
        loss: of the test rows, at the round that the validation rows choose.
        rounds: that round.
    """

    data: str
    goal: str
    curvature: str
    loss: float
    rounds: float


@dataclass(frozen=True)
class Summary:
    """How a curvature compares with the best one of each loss and data set.

    Attributes:
        curvature: its name.
        excess: by how much its loss is above the best curvature's, in the geometric mean.
        worst: the largest of these.
        rounds: the mean number of rounds.
    """

    curvature: str
    excess: float
    worst: float
    rounds: float


def outcomes(
    library: str,
    *,
    data: Sequence[str] = DATA,
    seeds: int = 2,
    rounds: int = 200,
    finished: Callable[[str], None] = print,
) -> list[Outcome]:
    """Every curvature for every loss on every data set; `finished` hears of every training."""
    check_counts(seeds, rounds)
    found: list[Outcome] = []
    for name in data:
        all_parts = [Parts.of(load(name), seed) for seed in range(seeds)]
        for goal in goals():
            for curvature in CURVATURES:
                finished(f"{name}: {goal.name}, {curvature}")
                losses, lengths = [0.0] * seeds, [0] * seeds
                for seed, parts in enumerate(all_parts):
                    maker = goal.objective(library, len(parts.train.classes), curvature)
                    validation, test = boost(maker, parts, [maker.value], rounds)
                    best = int(validation[:, 0].argmin())
                    losses[seed], lengths[seed] = float(test[best, 0]), best + 1
                mean, length = float(np.mean(losses)), float(np.mean(lengths))
                found.append(Outcome(name, goal.name, curvature, mean, length))
    return found


def summaries(found: Iterable[Outcome]) -> list[Summary]:
    """One line a curvature, the smallest mean excess first."""
    found = list(found)
    best: dict[tuple[str, str], float] = {}
    for one in found:
        key = (one.data, one.goal)
        best[key] = min(best.get(key, float("inf")), one.loss)
    result: list[Summary] = []
    for curvature in CURVATURES:
        own = [one for one in found if one.curvature == curvature]
        ratios = np.array([one.loss / best[one.data, one.goal] for one in own])
        result.append(
            Summary(
                curvature,
                float(np.exp(np.log(ratios).mean()) - 1.0),
                float(ratios.max() - 1.0),
                float(np.mean([one.rounds for one in own])),
            )
        )
    return sorted(result, key=lambda one: one.excess)
