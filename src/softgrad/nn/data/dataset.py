"""Data to learn from: rows of inputs, and a class or a value for each."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from softgrad.errors import DataError
from softgrad.nn.data.input_column import InputColumn
from softgrad.nn.data.schema import TableSchema


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Rows of inputs with their targets.

    Attributes:
        name: how messages call it.
        inputs: shape (rows, inputs); NaN where a value is missing that `split` or `filled` fills.
        targets: integer labels, or values, shape (rows,).
        classes: the classes' names in the order of the labels; empty where targets are values.
        features: the inputs' names.
        target_name: the target's name.
        one_unit: whether all inputs are measured in the same unit, such as the grey of pixels.
        schema: the columns of the table that the inputs are from; None for one column each.
        remarks: what a reader of the data may not have meant, a line each.
    """

    name: str
    inputs: np.ndarray
    targets: np.ndarray
    classes: tuple[str, ...]
    features: tuple[str, ...]
    target_name: str = "target"
    one_unit: bool = False
    schema: TableSchema | None = None
    remarks: tuple[str, ...] = ()

    @property
    def table_schema(self) -> TableSchema:
        """The columns that a new table must have."""
        columns = tuple(InputColumn(name) for name in self.features)
        return self.schema or TableSchema(columns, self.target_name)

    def rows(self, index: np.ndarray) -> Dataset:
        """Some of the rows."""
        return replace(self, inputs=self.inputs[index], targets=self.targets[index])

    def filled(self) -> Dataset:
        """Missing values filled as the table was read for, by what these rows have.

        The schema keeps what fills them, for new tables.
        """
        if self.schema is None:
            return self
        schema = self.schema.learned(self.inputs)
        return replace(self, schema=schema, inputs=schema.filled(self.inputs))

    def split(self, held_out: float, seed: int) -> tuple[Dataset, Dataset]:
        """Rows to train on and rows held out, drawn by `seed`: a share of each class (or of all).

        Missing values of both are filled by what the rows to train on have.

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
        train = self.rows(shuffled[~chosen[shuffled]]).filled()
        rest = replace(self.rows(shuffled[chosen[shuffled]]), schema=train.schema)
        return train, rest.filled()

    def balanced_weights(self) -> list[float]:
        """One weight a class, rows / (classes * rows of the class): each class counts alike."""
        counts = np.bincount(self.targets, minlength=len(self.classes))
        return (len(self.targets) / (len(self.classes) * np.maximum(counts, 1))).tolist()
