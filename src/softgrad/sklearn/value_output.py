"""What a regressor is given as y, and what scores say about values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils.validation import check_array

from softgrad.catalogue import find_activation, find_loss
from softgrad.contracts import Activation, Loss, RowLoss
from softgrad.contracts.pair_facts import takes_sides
from softgrad.contracts.target_domains import domain_of_targets
from softgrad.errors import CapabilityError, PairError, TargetError


@dataclass(frozen=True, slots=True)
class ValueOutput:
    """An activation's output as an answer about values.

    Attributes:
        activation: of the scores.
        loss: that they were trained with.
        columns: how many scores a row has.
        is_flat: whether y had one dimension.
        is_observed: whether the columns are parameters of one observed value: mean and
            log-variance, or quantiles.
    """

    activation: Activation
    loss: Loss
    columns: int
    is_flat: bool
    is_observed: bool

    def output(self, scores: np.ndarray) -> np.ndarray:
        """The activation of raw scores (rows, columns), or of (rows,) where there is one."""
        found = self.activation(scores, axis=() if self.columns == 1 else -1)
        return found.reshape(len(found), -1) if self.columns == 1 and not self.is_flat else found

    def predictions(self, scores: np.ndarray) -> np.ndarray:
        """(rows,) or (rows, outputs): the value, the mean of a distribution, or quantiles.

        Quantiles of a row ascend: what was fitted apart and crosses is sorted, which never makes
        the loss larger (Chernozhukov, Fernandez-Val and Galichon 2010).
        """
        found = self.output(scores)
        if not self.is_observed:
            return found
        term = self._term
        moments = term.mean_and_deviation(found)
        if moments is not None:
            return moments[0]
        return np.sort(found, axis=1) if term.ascending and found.ndim == 2 else found

    def mean_and_deviation(self, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Both of shape (rows,).

        Raises:
            CapabilityError: the loss predicts no distribution.
        """
        moments = self._term.mean_and_deviation(self.output(scores)) if self.is_observed else None
        if moments is None:
            raise CapabilityError(
                f"{self.loss!r} predicts no standard deviation; use loss='gaussian'"
            )
        return moments

    @property
    def is_point(self) -> bool:
        """Whether a prediction is a value for each of y's."""
        if not self.is_observed:
            return True
        return self._term.mean_and_deviation(np.zeros((1, self.columns))) is not None

    @property
    def _term(self) -> RowLoss:
        return self.loss.terms[0][1]


def read_values(y: Any, name: str = "y") -> np.ndarray:
    """Finite numbers (rows,) or (rows, outputs), float64."""
    found = check_array(
        y, ensure_2d=False, allow_nd=False, dtype=np.float64, input_name=name, ensure_min_samples=0
    )
    if found.ndim == 0:
        raise TargetError(f"{name} is a single number; expected one value a row")
    return found


def value_output(activation: Any, loss: Any, y: np.ndarray) -> ValueOutput:
    """The output for values that were read.

    Raises:
        PairError: the activation does not fit the loss, or the pair is of classes.
        TargetError: values that the loss is not defined for, or several columns for a loss of one.
    """
    found, loss = find_activation(activation), find_loss(loss)
    if not loss.fits(found):
        raise PairError(f"{found!r} does not fit {loss!r}")
    (own,) = {term.row_length for _, term in loss.terms} or {None}
    is_observed = loss.target_kind == "row"
    if loss.target_kind == "labels":
        raise PairError(f"{loss!r} is of class labels; use a classifier")
    if loss.target_kind == "bounds" or any(term.compares_entries for _, term in loss.terms):
        raise PairError(
            f"{loss!r} is of bounds or of groups of rows, which no estimator here takes; see "
            "softgrad.boosting.objective and softgrad.nn"
        )
    if is_observed and y.ndim != 1:
        raise TargetError(f"y has shape {y.shape}; {loss!r} takes one value a row, (rows,)")
    outputs = 1 if y.ndim == 1 else y.shape[1]
    columns = own if is_observed and own is not None else outputs
    if columns == 1 and found.rowwise:
        raise PairError(f"{found!r} needs rows of 2 or more outputs; y has one")
    if takes_sides(found, loss):
        _check_inside(y, 0.0, 1.0, f"{found!r} gives probabilities")
    for _, term in loss.terms:
        domain = domain_of_targets(term, found.domain, columns)
        if not domain.is_everything:
            _check_inside(y, *domain.closed_ends, f"{term!r} takes {domain.name}")
    return ValueOutput(found, loss, columns, y.ndim == 1, is_observed)


def _check_inside(y: np.ndarray, low: float, high: float, reason: str) -> None:
    outside = (y < low) | (y > high)
    if np.any(outside):
        first = float(y[outside].flat[0])
        raise TargetError(f"y has {first:g}; {reason}, so y lies in [{low:g}, {high:g}]")
