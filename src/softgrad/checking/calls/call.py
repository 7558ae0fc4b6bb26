"""One way to call a derivative, and a derivative that is called so."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from softgrad.checking.calls.forward import Forward
from softgrad.checking.calls.results import read
from softgrad.checking.claim import Argument

#: What a slot begins with that is filled by a value of the function's own, and not by a role.
FIXED = "="
#: The step that a layer is given which updates itself; any number will do.
_RATE = 0.1


@dataclass(frozen=True, slots=True)
class Call:
    """What a derivative is given, in order.

    Attributes:
        slots: a role for each argument, or a key of `fixed`.
        fixed: values that the function itself is given, by `FIXED` and their name.
        mismatches: how many parameters have names that say something else.
        unnamed: how many have names that say nothing.
        asks_for: the parameters whose value nobody knows, such as a target.
        rank: how uncommon the call is.
    """

    slots: tuple[str, ...]
    fixed: Mapping[str, Any] = field(default_factory=dict[str, Any])
    mismatches: int = 0
    unnamed: int = 0
    asks_for: tuple[str, ...] = ()
    rank: int = 0

    @property
    def takes_vector(self) -> bool:
        """Whether it is given an upstream gradient or a direction."""
        return "vector" in self.slots

    @property
    def argument(self) -> Argument:
        """What the point is that it is called at; the input wherever both are needed."""
        alone = "y" in self.slots and not {"x", "cache"} & set(self.slots)
        return "output" if alone else "input"

    @property
    def is_after_forward(self) -> bool:
        """Whether it lives on what the function kept, and is told no point."""
        return not {"x", "y", "cache"} & set(self.slots)

    @property
    def is_plain(self) -> bool:
        """Whether it is the call that every form stands for: of a point, and a vector."""
        return self.slots in (("x",), ("y",), ("x", "vector"), ("y", "vector"))

    def described(self, form: str) -> str:
        """The call in words, such as "(g, x)"."""
        letter = "g" if form == "vjp" else "v"
        told = ", ".join(
            letter if slot == "vector" else slot.removeprefix(FIXED) for slot in self.slots
        )
        return f"({told})" + (" after the function" if self.is_after_forward else "")


class Called:
    """A derivative that takes (point) or (point, vector), whatever its author's takes.

    Args:
        derivative: theirs.
        call: how it is called.
        forward: the function.
        before: whether the function is called with the point before each call.
        spread: whether one number stands for an array like x.
    """

    def __init__(
        self,
        derivative: Callable[..., Any],
        call: Call,
        forward: Forward,
        *,
        before: bool = False,
        spread: bool = False,
    ) -> None:
        self.derivative, self.call = derivative, call
        self.__wrapped__ = derivative  # whose parameters are its author's
        self._forward, self._spread = forward, spread
        self._before = before or call.is_after_forward

    @property
    def roles(self) -> tuple[str, ...]:
        """What each argument is, as `softgrad.checking.wording` names it."""
        point = "y" if self.call.argument == "output" else "x"
        return tuple("point" if slot == point else slot for slot in self.call.slots)

    def __call__(self, point: Any, *vector: Any) -> Any:
        """The array in what theirs returns."""
        found = self.derivative(*self.arguments(point, vector))
        return read(found, point, spread=self._spread)

    def arguments(self, point: Any, vector: tuple[Any, ...]) -> list[Any]:
        """What theirs is given at a point, with a vector or none."""
        call = self.call
        by_output = call.argument == "output"
        values: dict[str, Any] = {**call.fixed, "rate": _RATE, "y" if by_output else "x": point}
        if vector:
            values["vector"] = vector[0]
        if not by_output and (self._before or {"y", "cache"} & set(call.slots)):
            values["y"], values["cache"] = self._forward.with_cache(duplicate(point))
        return [values[slot] for slot in call.slots]


def duplicate(x: Any) -> Any:
    """An array, tensor or list of the same numbers that is nobody else's."""
    return x.clone() if hasattr(x, "clone") else copy.deepcopy(x)
