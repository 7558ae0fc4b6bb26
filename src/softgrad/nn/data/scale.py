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
        """Mean and standard deviation of each column; a constant column keeps spread 1.

        Numbers as large as 1e300 and as small as 1e-300 have squares that floats do not hold: each
        column is divided by a power of two first, which changes no digit.
        """
        values = np.asarray(values, dtype=np.float64)
        power = np.frexp(np.max(np.abs(values), axis=0, initial=0.0))[1]
        scaled = np.ldexp(values, -power)
        spread = np.ldexp(scaled.std(axis=0), power)
        return cls(np.ldexp(scaled.mean(axis=0), power), np.where(spread > 0, spread, 1.0))

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
        variances: np.ndarray = np.var(data.inputs, axis=0)
        common = float(np.sqrt(variances.mean())) or 1.0
        return cls(columns.centre, np.full_like(columns.spread, common))

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Standardise; the difference of huge numbers is taken of their quarters."""
        quarter = np.where(self.spread > 1e300, 0.25, 1.0)
        return (values * quarter - self.centre * quarter) / (self.spread * quarter)

    def undo(self, values: np.ndarray) -> np.ndarray:
        """Back to the original unit."""
        return values * self.spread + self.centre
