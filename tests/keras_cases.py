"""What both a process with Keras and the test that reads it compute: data, and pairs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

import softgrad as sg

RANDOM = np.random.default_rng(5)
Y = np.array([0, 2, 1, 1, 2, 0])
X = (np.eye(4)[Y] + 0.5 * RANDOM.normal(size=(6, 4))).astype(np.float32)
WEIGHTS = np.array([1.0, 0.0, 2.0, 0.5, 1.0, 3.0], np.float32)
#: The same labels in the forms in which Keras's losses take them.
LABELS = {
    "(N,)": Y,
    "(N, 1)": Y[:, None],
    "one-hot": np.eye(3, dtype=np.float32)[Y],
}


# A row of zeros and ties, as the heads of new models give them.
Z = np.array([[0, 0, 0], [1, 1, -1], [0.5, -2, 3], [2, 2, 2]], np.float32)
T = np.array([0, 2, 1, 1])
SHARES = RANDOM.dirichlet(np.ones(3), size=4).astype(np.float32)
ONE = np.array([[0.0], [1.5], [-2.0], [0.25]], np.float32)
COINS = np.array([0.0, 1.0, 1.0, 0.0], np.float32)
BOUNDS = np.array([[1.0, 2.0], [0.5, 0.5], [3.0, np.inf], [0.0, 1.0]], np.float32)
STEPS, TAGS = np.stack([Z, Z[::-1]]), np.stack([T, T])

# Words, 0 where a sequence has ended, and what each is to be told to be.
WORDS = np.array([[1, 2, 0], [3, 0, 0], [4, 1, 2]])
TAGS_OF_WORDS = np.array([[0, 1, 2], [2, 0, 0], [1, 0, 1]])


@dataclass(frozen=True)
class Case:
    """A loss of logits, with a target as Keras is given it and as softgrad is."""

    activation: Any
    loss: Any
    z: np.ndarray
    y_true: np.ndarray
    target: np.ndarray
    #: What softgrad's row is divided by in Keras.
    entries: int = 1
    settings: dict[str, Any] = field(default_factory=dict)
    #: Keras's own loss that it equals.
    keras: str = ""


CASES = [
    Case("softmax", "cross_entropy", Z, T, T, keras="SparseCategoricalCrossentropy"),
    Case("softmax", sg.Focal(gamma=1.5), Z, T[:, None].astype(np.float32), T),
    Case("entmax", "fenchel_young", Z, SHARES, SHARES),
    Case("softmax", "cross_entropy", Z, T, T, settings={"label_smoothing": 0.1}),
    Case("softmax", "squared_error", STEPS, TAGS, TAGS),
    Case("softmax", "cross_entropy", STEPS, TAGS[..., None], TAGS),
    Case("sigmoid", "cross_entropy", ONE, COINS[:, None], COINS[:, None]),
    Case("sigmoid", "cross_entropy", ONE, COINS, COINS[:, None], keras="BinaryCrossentropy"),
    Case("sigmoid", "cross_entropy", Z, SHARES, SHARES, 3, keras="BinaryCrossentropy"),
    Case("identity", "huber", Z, SHARES, SHARES, 3),
    Case("identity", "hinge", Z, T, T),
    Case("identity", "gaussian", Z[:, :2], COINS[:, None], COINS),
    Case("identity", "accelerated_failure_time", ONE, BOUNDS, BOUNDS),
]
