"""What a classifier is given as y: labels of any kind, indicators, or shares of the classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_array, column_or_1d

from softgrad.errors import ParameterError, TargetError

Kind: TypeAlias = Literal["labels", "indicators", "shares"]

# Shares of a row add up to 1 but for rounding, also that of float32.
_NEARLY = 1e-5


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes of the training data, and how a target tells of them.

    Attributes:
        names: the label of each class, in sorted order; 0..K-1 where y had a column a class.
        kind: "labels" (one class a row), "indicators" (0 or 1 for each class: a row may be of
            several), or "shares" (a number from 0 to 1 for each class).
    """

    names: np.ndarray
    kind: Kind

    def __len__(self) -> int:
        return len(self.names)

    def encode(self, y: Any, name: str = "y") -> np.ndarray:
        """Codes 0..K-1, shape (rows,), int32; or one number a class, (rows, K), float64.

        Raises:
            TargetError: a label that the training data did not have, or other columns.
        """
        if self.kind == "labels":
            return self._codes(column_or_1d(y, warn=True), name)
        found = check_array(_dense(y), dtype=np.float64, input_name=name)
        if found.shape[1] != len(self):
            raise TargetError(f"{name} has {found.shape[1]} columns; expected {len(self)}")
        _check_unit_interval(found, name)
        return found

    def weights(self, class_weight: Any, y: Any) -> np.ndarray | None:
        """The weight of each class, in the order of `names`; None where none was asked for.

        Args:
            class_weight: None, "balanced" (rows / (K times rows of the class)), or {label: weight}.
            y: the labels of the training data.
        """
        if class_weight is None:
            return None
        if self.kind != "labels":
            raise ParameterError(
                "class_weight is of targets with one label a row; for several columns give "
                "sample_weight"
            )
        return compute_class_weight(class_weight, classes=self.names, y=column_or_1d(y))

    def _codes(self, labels: np.ndarray, name: str) -> np.ndarray:
        try:
            places = np.searchsorted(self.names, labels)
            near = self.names[np.minimum(places, len(self) - 1)]
            unknown = near != labels
        except TypeError:  # numbers and texts have no order
            unknown, places = np.ones(len(labels), dtype=bool), np.zeros(len(labels))
        if np.any(unknown):
            first = labels.tolist()[int(np.argmax(unknown))]
            raise TargetError(
                f"{name} has the label {first!r}, which the training data did not have; "
                f"it had {_listed(self.names)}"
            )
        return np.asarray(places, dtype=np.int32)


def read_classes(y: Any, *, names: Any = None) -> tuple[Classes, np.ndarray]:
    """The classes, and the target in codes; see `Classes.encode`.

    Args:
        y: labels (rows,) of numbers or texts; indicators (rows, K) of 0 and 1, dense or sparse;
            or shares (rows, K).
        names: the labels, where y may lack some of them.

    Raises:
        ValueError: y is of numbers that are no classes, or has missing entries.
        TargetError: shares outside [0, 1], labels in several columns, or but one class.
    """
    dense = _dense(y)
    kind = _kind_of(dense)
    if kind == "multilabel-indicator":
        return _columns(dense, "indicators", names)
    if kind == "continuous-multioutput":
        return _columns(dense, "shares", names)
    if kind == "multiclass-multioutput":
        raise TargetError(
            "y has several columns of labels; a column a class holds 0 and 1, or shares from 0 to "
            "1. For several questions at once use sklearn.multioutput.MultiOutputClassifier"
        )
    check_classification_targets(dense)
    labels = column_or_1d(dense, warn=True)
    found = np.unique(labels if names is None else np.asarray(names))
    if len(found) < 2:
        raise TargetError(f"y has one class, {found[0]}; a classifier needs 2 or more")
    classes = Classes(found, "labels")
    return classes, classes.encode(labels)


def _kind_of(y: Any) -> str:
    try:
        with np.errstate(invalid="ignore"):  # it looks whether NaN is a whole number
            return type_of_target(y, input_name="y", raise_unknown=True)
    except TypeError:
        kinds = ", ".join(sorted({type(one).__name__ for one in np.asarray(y, object).flat}))
        raise TargetError(
            f"y has labels of several kinds ({kinds}); expected all numbers or all texts, and none "
            "missing"
        ) from None


def _columns(y: Any, kind: Kind, names: Any) -> tuple[Classes, np.ndarray]:
    if names is None:
        default: Any = list(range(np.shape(y)[1]))
        names = getattr(y, "columns", default)
    classes = Classes(np.asarray(names), kind)
    return classes, classes.encode(y)


def _dense(y: Any) -> Any:
    """Indicators may come sparse, and columns of a data frame of polars as they are."""
    if hasattr(y, "toarray"):
        return y.toarray()
    is_of_polars = callable(getattr(y, "to_numpy", None)) and not hasattr(y, "iloc")
    return y.to_numpy() if is_of_polars else y


def _check_unit_interval(shares: np.ndarray, name: str) -> None:
    outside = (shares < 0.0) | (shares > 1.0)
    if np.any(outside):
        row, column = np.unravel_index(int(np.argmax(outside)), outside.shape)
        raise TargetError(
            f"{name} is {shares[row, column]:g} in row {row}, column {column}; a column a class "
            "holds shares from 0 to 1"
        )


def check_distributions(shares: np.ndarray) -> None:
    """Raise where the shares of a row do not add up to 1, as those of one class do.

    Raises:
        TargetError: it names the row.
    """
    total = shares.sum(axis=1)
    wrong = np.abs(total - 1.0) > _NEARLY
    if np.any(wrong):
        row = int(np.argmax(wrong))
        raise TargetError(
            f"y adds up to {total[row]:g} in row {row}; the shares of one class a row add up to "
            "1. Where a row may be of several classes use activation='sigmoid'"
        )


def _listed(names: np.ndarray) -> str:
    shown = ", ".join(repr(name) for name in names[:10].tolist())
    return shown if len(names) <= 10 else f"{shown}, ... ({len(names)} classes)"
