"""A trained network with what it was trained on: raw rows in, names of classes or values out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Unpack

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.errors import CapabilityError, DataError, ParameterError, StorageError
from softgrad.nn.data.input_column import UNKNOWN_RULES, Unknown
from softgrad.nn.data.notes import scales_in, schema_in
from softgrad.nn.data.scale import Scale
from softgrad.nn.data.schema import TableSchema
from softgrad.nn.data.table import Table, TextFormat, open_table
from softgrad.nn.network import Network
from softgrad.nn.verdict import column_of_value


def load(path: str | Path, *, unknown: Unknown = "refuse") -> Predictor:
    """A network that `softgrad train` saved, or one whose notes are those of `notes_of`.

    Args:
        path: of the file.
        unknown: "refuse" a category that was not trained on, or take it for "none" of them.

    Raises:
        ParameterError: `unknown` is something else.
        StorageError: there is no such file, or it is something else, or it is damaged.
        DataError: the network knows nothing of raw rows; `Network.load` reads it all the same.
    """
    if unknown not in UNKNOWN_RULES:
        raise ParameterError(f"unknown is {unknown!r}; expected {', '.join(UNKNOWN_RULES)}")
    return replace(Predictor.of(Network.load(path)), unknown=unknown)


@dataclass(frozen=True)
class Predictor:
    """A network that takes rows as they are: scale, categories and names are those of training.

    Rows are the path of a CSV or Parquet file, a data frame of pandas or Polars, a mapping of
    columns, or an array or list of rows whose columns are in the order of training. Columns with
    names may be in any order, and there may be more of them. For files of text, every method takes
    the settings of `TextFormat` as well.

    Attributes:
        network: which takes scaled inputs.
        schema: the columns that rows must have.
        classes: their names, in the order of probabilities; none where values are predicted.
        input_scale: of the inputs.
        target_scale: of values; None for as they are.
        unknown: whether a category that was not trained on is refused or is none of them.

    Example:
        >>> model = load("softgrad-people.safetensors")
        >>> model.predict("new.csv")
        array(['old', 'young'], dtype='<U5')
    """

    network: Network
    schema: TableSchema
    classes: tuple[str, ...]
    input_scale: Scale
    target_scale: Scale | None
    unknown: Unknown = "refuse"

    @classmethod
    def of(cls, network: Network) -> Predictor:
        """Of a network with notes by `notes_of`.

        Raises:
            DataError: it has none.
            StorageError: its notes do not fit it.
        """
        try:
            schema, classes = schema_in(network.notes)
            inputs, targets = scales_in(network.notes)
        except StorageError as error:
            raise StorageError(f"the notes of this network cannot be used: {error}") from None
        except DataError as error:
            raise DataError(
                f"this network takes no raw rows: {error}. Network.load reads it, for inputs that "
                "are scaled already"
            ) from None
        widths = {len(schema.features), inputs.centre.size, inputs.spread.size, network.inputs}
        if len(widths) > 1 or (classes and len(classes) != network.outputs):
            raise StorageError(
                f"the notes of this network cannot be used: they have {len(schema.features)} "
                f"inputs and {len(classes)} classes, the network {network.inputs} and "
                f"{network.outputs}"
            )
        return cls(network, schema, classes, inputs, targets)

    @property
    def columns(self) -> list[str]:
        """The names of the columns that rows must have, in the order of training."""
        return self.schema.names

    @property
    def gives_probabilities(self) -> bool:
        """Whether there is a probability for each class."""
        return bool(self.classes) and self.network.output.activation.domain.kind != "values"

    def predict(self, rows: Any, **format: Unpack[TextFormat]) -> Array:
        """The name of each row's likeliest class, or its value in its own unit, (rows,).

        Raises:
            TableError: a column is missing, or a cell is nothing that was trained on.
            ShapeError, InputTypeError: the array or frame is no table.
        """
        return self.decide(self.outputs(self.table(rows, **format)))

    def predict_proba(self, rows: Any, **format: Unpack[TextFormat]) -> Array:
        """The probability of each class, (rows, classes), in the order of `classes`.

        Raises:
            CapabilityError: values are predicted, or scores that are no probabilities.
            TableError, ShapeError, InputTypeError: as `predict`.
        """
        if not self.gives_probabilities:
            what = "scores of classes" if self.classes else "values"
            raise CapabilityError(
                f"this network predicts {what}, not probabilities: its output is "
                f"{self.network.output.activation!r}"
            )
        return self.outputs(self.table(rows, **format))

    def table(self, rows: Any, **format: Unpack[TextFormat]) -> Table:
        """Read rows, which `inputs` and `outputs` take."""
        return open_table(rows, self.schema.names, **format)

    def inputs(self, table: Table) -> Array:
        """What the network takes, (rows, inputs): columns chosen, encoded and scaled."""
        return self.input_scale.apply(self.schema.encode(table, self.unknown))

    def outputs(self, table: Table) -> Array:
        """Probabilities or scores of classes (rows, classes), or values in their unit (rows, 1)."""
        found = self.network.predict(self.inputs(table))
        if self.classes:
            is_log = self.network.output.activation.domain.kind.startswith("log-")
            return np.exp(found) if is_log else found
        values = found[:, [column_of_value(self.network.output.loss)]]
        return self.target_scale.undo(values) if self.target_scale else values

    def decide(self, outputs: Array) -> Array:
        """The name of each row's likeliest class, or its value, (rows,)."""
        if not self.classes:
            return outputs[:, 0]
        return np.asarray(self.classes)[np.argmax(outputs, axis=1)]
