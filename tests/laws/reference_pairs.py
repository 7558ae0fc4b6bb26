"""What is true of a pair; of a Fenchel-Young loss, whose definition is an integral, too."""

from __future__ import annotations

from functools import cache
from typing import Any

from softgrad.testing.exact import Row
from softgrad.testing.exact_pairs import ExactPair as ExactPair
from softgrad.testing.exact_pairs import exact_pair as exact_plain_pair


@cache
def exact_pair(activation: Any, loss: Any, z: Row, t: Row) -> ExactPair:
    if loss.needs_potential:
        from laws.fenchel_young import ExactFenchelYoung

        return ExactFenchelYoung(activation, loss, z, t)
    return exact_plain_pair(activation, loss, z, t)
