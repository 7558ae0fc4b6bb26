"""Masks and weights of a loss: how much each of its targets counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from softgrad.checking.pairing.binding import needed
from softgrad.checking.pairing.roles import is_mask
from softgrad.checking.pairing.situations import Situation


def arrays_of(function: Callable[..., Any]) -> list[str]:
    """What a loss needs, but masks where it needs more than two."""
    names = needed(function) or []
    return [name for name in names if not is_mask(name)] if len(names) > 2 else names


def masks_of(function: Callable[..., Any], situation: Situation) -> Iterator[dict[str, Any]]:
    """Masks by their names, a number for each target or row; nothing where there is none."""
    names = [name for name in needed(function) or [] if name not in arrays_of(function)]
    if not names:
        yield {}
        return
    shape, rows = np.shape(situation.target), np.shape(situation.x)[:-1]
    for one in dict.fromkeys((shape, rows, (*rows, 1), rows[:1])):
        if np.prod(one) > 1:
            mask = np.ones(one)
            mask.reshape(-1)[1::3] = 0.0
            yield dict.fromkeys(names, mask)
