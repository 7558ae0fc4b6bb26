"""A function of one of many arrays, with the others held, beside its derivative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from softgrad.checking.frameworks import Numbers


@dataclass(frozen=True, slots=True)
class PartialPair:
    """What `softgrad.check` takes, for one of the arrays.

    Attributes:
        name: of the array, as the author calls it.
        gradient_name: of its derivative, likewise.
        function: of the array, to the layer's output.
        derivative: of the array and what comes from upstream; of the array alone for a gradient.
        point: where: the array as it is.
        form: which of the two the derivative is.
        is_moved: whether it is what a step of learning moved the array by.
    """

    name: str
    gradient_name: str
    function: Callable[[Any], Any]
    derivative: Callable[..., Any]
    point: Numbers
    form: Literal["vjp", "gradient"] = "vjp"
    is_moved: bool = False
