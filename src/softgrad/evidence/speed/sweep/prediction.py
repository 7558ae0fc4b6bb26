"""What an activation gives a loss in PyTorch: outputs, and logarithms where it has its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["values", "classes", "coins"]
Map = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """An activation as a textbook writes it, of logits whose last axis is the class axis.

    Attributes:
        output: the output.
        p: the probabilities; None where the output is what a loss of probabilities takes.
        log: their logarithms, where one writes them otherwise than log p.
        log_rest: log(1 - p), of coins.
        rest: 1 - p, of coins.
    """

    output: Map
    p: Map | None = None
    log: Map | None = None
    log_rest: Map | None = None
    rest: Map | None = None


class Prediction:
    """The formula at some logits; the compiler drops what a loss does not ask for."""

    def __init__(self, torch: Any, formula: Formula, z: Any, kind: Kind) -> None:
        self.torch, self.formula, self.z, self.kind = torch, formula, z, kind

    @property
    def output(self) -> Any:
        """What the activation gives."""
        return self.formula.output(self.z)

    @property
    def p(self) -> Any:
        """Probabilities, or the values of a function that is no probability."""
        return (self.formula.p or self.formula.output)(self.z)

    @property
    def log(self) -> Any:
        """log p."""
        return self.formula.log(self.z) if self.formula.log else self.torch.log(self.p)

    @property
    def sides(self) -> list[tuple[Any, Any]]:
        """p with its logarithm, and of coins 1 - p with its own."""
        heads = (self.p, self.log)
        if self.kind != "coins":
            return [heads]
        rest = self.formula.rest(self.z) if self.formula.rest else 1.0 - self.p
        log_rest = self.formula.log_rest(self.z) if self.formula.log_rest else self.torch.log(rest)
        return [heads, (rest, log_rest)]
