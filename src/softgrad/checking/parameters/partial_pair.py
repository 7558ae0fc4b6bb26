"""A function of one of many arrays, with the others held, beside its derivative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from softgrad.checking.frameworks import Numbers


@dataclass(frozen=True, slots=True)
class PartialPair:
    """What `softgrad.check` takes, for one of the arrays.

    Attributes:
        name: of the array, as the author calls it.
        gradient_name: of its derivative, likewise.
        function: of the array, to the layer's output.
        derivative: of the array and what comes from upstream (a vjp).
        point: where: the array as it is.
    """

    name: str
    gradient_name: str
    function: Callable[[Any], Any]
    derivative: Callable[[Any, Any], Any]
    point: Numbers
