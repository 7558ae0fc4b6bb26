"""Data to learn from: rows of inputs, and a class or a value for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from softgrad.errors import DataError, UnknownNameError


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Rows of inputs with their targets.

    Attributes:
        name: how messages call it.
        inputs: shape (rows, inputs).
        targets: integer labels, or values, shape (rows,).
        classes: the classes' names in the order of the labels; empty where targets are values.
        features: the inputs' names.
        target_name: the target's name.
        one_unit: whether all inputs are measured in the same unit, such as the grey of pixels.
    """

    name: str
    inputs: np.ndarray
    targets: np.ndarray
    classes: tuple[str, ...]
    features: tuple[str, ...]
    target_name: str = "target"
    one_unit: bool = False

    def rows(self, index: np.ndarray) -> Dataset:
        """Some of the rows."""
        return replace(self, inputs=self.inputs[index], targets=self.targets[index])

    def split(self, held_out: float, seed: int) -> tuple[Dataset, Dataset]:
        """Rows to train on and rows held out, drawn by `seed`: a share of each class (or of all).

        Raises:
            DataError: a part would be empty, or a class be absent from the rows to train on.
        """
        rng = np.random.default_rng([seed, 0])
        groups = self.targets if self.classes else np.zeros(len(self.targets), dtype=int)
        test: list[int] = []
        for group in np.unique(groups):
            members = rng.permutation(np.flatnonzero(groups == group))
            # At least one row of each class is trained on.
            test += members[: min(round(held_out * len(members)), len(members) - 1)].tolist()
        chosen = np.zeros(len(self.targets), dtype=bool)
        chosen[test] = True
        if not chosen.any():
            raise DataError(
                f"{self.name}: {len(self.targets)} rows are too few to hold out a share of "
                f"{held_out:g} of each class"
            )
        shuffled = rng.permutation(len(chosen))
        return self.rows(shuffled[~chosen[shuffled]]), self.rows(shuffled[chosen[shuffled]])


@dataclass(frozen=True)
class Scale:
    """z = (x - centre) / spread, column by column."""

    centre: np.ndarray
    spread: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray) -> Scale:
        """Mean and standard deviation of each column; a constant column keeps spread 1."""
        spread = values.std(axis=0)
        return cls(values.mean(axis=0), np.where(spread > 0, spread, 1.0))

    @classmethod
    def of_inputs(cls, data: Dataset) -> Scale:
        """The same; one spread for all where inputs have one unit.

        A pixel that is nearly always empty would else be blown up by its tiny deviation.
        """
        columns = cls.of(data.inputs)
        if not data.one_unit:
            return columns
        variances: np.ndarray = data.inputs.var(axis=0)
        common = float(np.sqrt(variances.mean())) or 1.0
        return cls(columns.centre, np.full_like(columns.spread, common))

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Standardise."""
        return (values - self.centre) / self.spread

    def undo(self, values: np.ndarray) -> np.ndarray:
        """Back to the original unit."""
        return values * self.spread + self.centre


# Name -> scikit-learn's loader; these come with scikit-learn and need no network.
BUNDLED: dict[str, str] = {
    "digits": "load_digits",
    "iris": "load_iris",
    "wine": "load_wine",
    "breast_cancer": "load_breast_cancer",
    "diabetes": "load_diabetes",
}


def load_bundled(name: str) -> Dataset:
    """A data set that comes with scikit-learn, by a key of `BUNDLED`."""
    loader_name = BUNDLED.get(name.replace("-", "_"))
    if loader_name is None:
        raise UnknownNameError(f"no bundled data is called {name!r}; known: {', '.join(BUNDLED)}")
    from sklearn import datasets

    loader = cast(Callable[[], Any], getattr(datasets, loader_name))
    bunch = loader()
    is_classes = "target_names" in bunch and loader_name != "load_diabetes"
    targets = np.asarray(bunch.target)
    return Dataset(
        name=name,
        inputs=np.asarray(bunch.data, dtype=np.float64),
        targets=targets.astype(np.int64) if is_classes else targets.astype(np.float64),
        classes=tuple(str(one) for one in bunch.target_names) if is_classes else (),
        features=tuple(str(one) for one in bunch.feature_names),
        one_unit=loader_name == "load_digits",
    )


def replace_labels(
    labels: np.ndarray, classes: int, probability: float, rng: np.random.Generator
) -> np.ndarray:
    """Each label, with this probability, replaced by one drawn uniformly from all classes.

    The draw may give the same label again, so a share of probability (1 - 1 / classes) is wrong.
    """
    replaced = rng.random(len(labels)) < probability
    return np.where(replaced, rng.integers(0, classes, len(labels)), labels)
