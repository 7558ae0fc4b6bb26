"""Columns brought to size 1, where a network learns best, and back."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from softgrad.contracts.domains import REAL
from softgrad.layer import OutputLayer
from softgrad.nn.data.dataset import Dataset


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
    def of_targets(cls, data: Dataset, output: OutputLayer) -> Scale | None:
        """How the targets of a data set of values suit an output layer; None for as they are.

        Standardised where activation and loss take any real value, divided by their mean where the
        activation gives any positive value, left alone where it is bounded, and classes always.
        """
        if data.classes:
            return None
        domain = output.activation.domain
        if domain == REAL and all(REAL in term.accepts for _, term in output.loss.terms):
            return cls.of(data.targets)
        mean = float(data.targets.mean())
        if (domain.kind, domain.low, domain.high) == ("values", 0.0, inf) and mean > 0.0:
            return cls(np.zeros(()), np.asarray(mean))
        return None

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
