"""Whether one column, or one row, of a loss says anything of what it is divided by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from softgrad.checking.pairing.binding import bound
from softgrad.checking.pairing.situations import Situation


def has_nothing_to_divide_by(
    function: Callable[..., Any], target: str, situation: Situation
) -> bool:
    """Whether a loss of one column, or one row, adds up: a count that it divides by is 1 there.

    A derivative without that count is right there alone, and by chance. A mean stays what it is
    where all is there twice.
    """
    if not (situation.limit and np.ndim(situation.x) > 1 and 1 in np.shape(situation.x)):
        return False
    x, targets = np.asarray(situation.x), np.asarray(situation.target)
    along = int(np.argmax(x.shape))
    if targets.shape != x.shape:
        return False
    once = bound(function, {target: targets})
    twice = bound(function, {target: np.concatenate([targets, targets], along)})
    try:
        before, after = once(x), twice(np.concatenate([x, x], along))
        # A number a row is made of columns, and one column is no more than a special case.
        return np.ndim(before) > 0 or not np.isclose(float(before), float(after))
    except Exception:  # of one length alone
        return False
