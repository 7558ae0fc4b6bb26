"""Label noise: which heads still learn the truth when many training labels are wrong.

A network 64-128-10 with relu learns scikit-learn's digits (1257 rows to train, 540 held out,
inputs divided by 16) by Adam at 3e-3 in 100 epochs of batches of 128, without regularisation.
Each training label is first replaced, with probability 0.4, by one drawn uniformly from all ten;
the held-out labels stay true. All heads see the same split, noise and first weights for a seed.

What the literature leads one to expect: losses that are bounded in -log p (Ghosh, Kumar and
Sastry 2017; Zhang and Sabuncu 2018; Wang et al. 2019) resist noise, cross-entropy does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from softgrad import catalogue
from softgrad.contracts import Activation, RowLoss
from softgrad.errors import ParameterError
from softgrad.nn import Adam, Dense, Network
from softgrad.nn.data import Dataset, load_bundled, replace_labels
from softgrad.nn.one_thread import one_thread

BASELINE = "cross-entropy"
HELD_OUT = 0.3
HIDDEN = 128
LEARNING_RATE = 3e-3
BATCH_SIZE = 128


@dataclass(frozen=True)
class Head:
    """An output layer under the name that the results show."""

    name: str
    activation: Activation
    loss: RowLoss


@dataclass(frozen=True)
class HeadResult:
    """The held-out accuracy of one head, one number a seed."""

    head: Head
    accuracies: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean over seeds."""
        return float(np.mean(self.accuracies))

    @property
    def deviation(self) -> float:
        """The standard deviation over seeds (of a sample); 0 for one seed."""
        return float(np.std(self.accuracies, ddof=1)) if len(self.accuracies) > 1 else 0.0

    def gap(self, other: HeadResult) -> float:
        """How much better than `other`."""
        return self.mean - other.mean


def default_heads() -> tuple[Head, ...]:
    """The heads of the experiment."""
    spelled: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        (BASELINE, "softmax", "cross_entropy", {}),
        ("absolute error (MAE)", "softmax", "true_class_error", {}),
        ("generalised CE, q = 0.7", "softmax", "generalised_cross_entropy", {"q": 0.7}),
        ("symmetric CE", "softmax", "symmetric_cross_entropy", {}),
        ("Taylor-2 softmax × CE", "taylor_softmax", "cross_entropy", {}),
        ("focal, gamma = 2", "softmax", "focal", {"gamma": 2.0}),
        ("sparsemax × Fenchel-Young", "sparsemax", "fenchel_young", {}),
    )
    return tuple(
        Head(name, catalogue.ACTIVATIONS[activation](), catalogue.LOSSES[loss](**parameters))
        for name, activation, loss, parameters in spelled
    )


def label_noise(
    *,
    heads: Sequence[Head] | None = None,
    probability: float = 0.4,
    seeds: int = 3,
    epochs: int = 100,
    data: Dataset | None = None,
    finished: Callable[[Head, int, float], None] | None = None,
) -> list[HeadResult]:
    """Train every head with every seed, and measure it on held-out rows whose labels are true.

    Args:
        heads: what to compare; `default_heads()` where left out.
        probability: of a training label being replaced, in [0, 1].
        seeds: how many times, with seeds 0, 1, ...
        epochs: how often each row is seen.
        data: rows with classes; the digits, divided by 16, where left out.
        finished: called with head, seed and accuracy after each training.
    """
    if not 0.0 <= probability <= 1.0:
        raise ParameterError(f"probability is {probability!r}; expected 0 <= p <= 1")
    if seeds < 1:
        raise ParameterError(f"seeds is {seeds!r}; expected a whole number >= 1")
    heads = default_heads() if heads is None else heads
    data = digits() if data is None else data
    found: dict[int, list[float]] = {k: [] for k in range(len(heads))}
    for seed in range(seeds):
        train, test = data.split(HELD_OUT, seed)
        rng = np.random.default_rng([seed, 1])
        noisy = replace_labels(train.targets, len(data.classes), probability, rng)
        for k, head in enumerate(heads):
            accuracy = _train(head, train.inputs, noisy, test, epochs, seed)
            found[k].append(accuracy)
            if finished is not None:
                finished(head, seed, accuracy)
    return [HeadResult(head, tuple(found[k])) for k, head in enumerate(heads)]


def digits() -> Dataset:
    """Scikit-learn's digits with grey values from 0 to 1."""
    data = load_bundled("digits")
    return replace(data, inputs=data.inputs / 16.0)


def by_mean(results: Iterable[HeadResult]) -> list[HeadResult]:
    """Best first."""
    return sorted(results, key=lambda result: -result.mean)


def _train(
    head: Head, inputs: np.ndarray, labels: np.ndarray, test: Dataset, epochs: int, seed: int
) -> float:
    network = Network(
        [Dense(HIDDEN), "relu", Dense(len(test.classes))],
        (head.activation, head.loss),
        dtype="float32",
        seed=seed,
    )
    with one_thread():
        history = network.fit(
            inputs,
            labels,
            epochs=epochs,
            batch_size=BATCH_SIZE,
            optimiser=Adam(learning_rate=LEARNING_RATE),
            progress=False,
        )
    if history.interrupted:  # a network stops training in peace; the experiment as a whole ends
        raise KeyboardInterrupt
    return network.evaluate(test.inputs, test.targets)["accuracy"]
