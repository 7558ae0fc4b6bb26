"""Which rows are trained on, and which decide when to stop: given, or set aside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import numpy as np
from sklearn.model_selection import train_test_split

from softgrad.errors import InputTypeError, ParameterError
from softgrad.sklearn.estimator import read_weights
from softgrad.sklearn.rows import Rows


def validations_of(estimator: Any, eval_set: Any, weights: Any) -> list[Rows]:
    """The rows of each set, as the estimator reads inputs and targets; arguments of its `fit`."""
    return [
        estimator._validation(estimator._read_inputs(X), y, read_weights(w, X))
        for X, y, w in _read_eval_sets(eval_set, weights)
    ]


def _read_eval_sets(eval_set: Any, weights: Any) -> Iterator[tuple[Any, Any, Any]]:
    """(X, y, weights) for each set.

    Args:
        eval_set: None, one (X, y), or a list of them.
        weights: None, or the weights of the one, or a list of them.

    Raises:
        InputTypeError: it is something else.
    """
    if eval_set is None:
        return
    is_one = isinstance(eval_set, tuple) and not _is_pair(cast("tuple[Any, ...]", eval_set)[0])
    sets: list[Any] = [eval_set] if is_one else list(cast(Any, eval_set))
    of_each: list[Any] = [weights] if is_one else list(weights or [None] * len(sets))
    if not all(_is_pair(one) for one in sets) or len(of_each) != len(sets):
        raise InputTypeError(
            "eval_set is no pair (X, y) nor a list of such pairs, each with its weights in "
            "eval_sample_weight"
        )
    for (X, y), w in zip(sets, of_each, strict=True):
        yield X, y, w


def _is_pair(one: Any) -> bool:
    return isinstance(one, tuple | list) and len(cast("tuple[Any, ...]", one)) == 2


def rows_set_aside(rows: Rows, share: Any, seed: Any, labels: Any) -> tuple[Rows, Rows]:
    """Rows to train on, and a share of them that is only measured.

    Args:
        rows: all of them.
        share: between 0 and 1.
        seed: of the draw; None draws the same rows each time.
        labels: classes that both parts have in equal shares where each has two rows or more.

    Raises:
        ParameterError: the share is no such number, or leaves no rows.
    """
    if not isinstance(share, int | float) or not 0.0 < share < 1.0:
        raise ParameterError(f"validation_fraction is {share!r}; expected 0 < share < 1")
    count = len(rows.target)
    if labels is not None:
        _, sizes = np.unique(labels, return_counts=True)
        enough = sizes.min() >= 2 and min(share, 1.0 - share) * count >= len(sizes)
        labels = labels if enough else None
    try:
        kept, aside = train_test_split(
            np.arange(count),
            test_size=share,
            stratify=labels,
            random_state=0 if seed is None else seed,
        )
    except ValueError as error:
        raise ParameterError(f"validation_fraction of {count} rows: {error}") from None
    return _take(rows, np.sort(kept)), _take(rows, np.sort(aside))


def with_weight(rows: Rows) -> Rows:
    """Without the rows of weight 0, which a library would yet cut its bins by."""
    if rows.weights is None or rows.weights.all():
        return rows
    return _take(rows, np.flatnonzero(rows.weights))


def _take(rows: Rows, places: np.ndarray) -> Rows:
    X = rows.X.iloc[places] if hasattr(rows.X, "iloc") else rows.X[places]
    weights = None if rows.weights is None else rows.weights[places]
    return Rows(X, rows.target[places], weights)
