"""What stands in the place of a missing value: learned from the rows that are trained on."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

MissingRule = Literal["refuse", "mean", "median", "most_frequent"]
MISSING_RULES: tuple[MissingRule, ...] = get_args(MissingRule)


def fill_of(inputs: np.ndarray, rule: MissingRule, *, is_categories: bool) -> tuple[float, ...]:
    """What fills a row of one column's inputs, by the rows that have a value.

    Args:
        inputs: shape (rows, inputs of the column); rows are NaN where the value is missing.
        rule: a number by the mean, the median or the number that is there most often (of several
            the smallest); a category by the one that is there most often, and by none under the
            other rules.
        is_categories: whether the inputs are 0 and 1 for each category.
    """
    present = inputs[~np.isnan(inputs[:, 0])]
    nothing = np.zeros(inputs.shape[1])
    if not len(present):
        return tuple(nothing.tolist())
    if is_categories:
        if rule == "most_frequent":
            nothing[np.argmax(present.sum(axis=0))] = 1.0
        return tuple(nothing.tolist())
    if rule == "mean":
        return (float(np.sum(present / len(present))),)  # a sum of numbers at 1e308 is infinite
    if rule == "median":
        return (float(np.median(present)),)
    values, counts = np.unique(present, return_counts=True)
    return (float(values[np.argmax(counts)]),)
