"""Domains as data: where an activation's output lies, and where a loss is defined."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Literal

Kind = Literal["values", "simplex", "sub-simplex", "coins", "log-simplex", "log-coins"]


@dataclass(frozen=True, slots=True)
class Domain:
    """A set of rows: what kind of numbers they are, and the interval of each entry.

    Attributes:
        name: how messages call it.
        kind: "values" (each entry for itself), "simplex" (probabilities of one draw, summing
            to 1), "sub-simplex" (summing to less than 1: one more class goes unnamed), "coins"
            (each entry a probability of its own), or the logarithm of one of them.
        low, high: the interval of an entry; infinite ends are open.
        has_low: whether `low` itself is attained. A simplex that attains 0 is sparse.
    """

    name: str
    kind: Kind
    low: float = -inf
    high: float = inf
    has_low: bool = False

    def is_within(self, other: Domain) -> bool:
        """Whether every row of this domain is one of the `other`."""
        if self.kind != other.kind or self.low < other.low or self.high > other.high:
            return False
        return self.low > other.low or other.has_low or not self.has_low

    def __str__(self) -> str:
        left = "[" if self.has_low else "("
        return f"{self.name} {left}{self.low:g}, {self.high:g}{')' if self.high == inf else ']'}"


REAL = Domain("real values", "values")
POSITIVE = Domain("positive values", "values", 0.0, inf)
NON_NEGATIVE = Domain("non-negative values", "values", 0.0, inf, has_low=True)

SIMPLEX = Domain("probabilities of one class, all positive", "simplex", 0.0, 1.0)
SPARSE_SIMPLEX = Domain("probabilities of one class, zeros included", "simplex", 0.0, 1.0, True)
SUB_SIMPLEX = Domain("probabilities of one class or none", "sub-simplex", 0.0, 1.0)
COINS = Domain("one probability an entry", "coins", 0.0, 1.0)
CLOSED_COINS = Domain("one probability an entry, 0 and 1 included", "coins", 0.0, 1.0, True)
LOG_SIMPLEX = Domain("log-probabilities of one class", "log-simplex", -inf, 0.0)
LOG_COINS = Domain("one log-probability an entry", "log-coins", -inf, 0.0)

# What families of losses are defined on.
ANY_VALUES = (REAL, SPARSE_SIMPLEX, SUB_SIMPLEX, CLOSED_COINS, LOG_SIMPLEX, LOG_COINS)
CLASS_PROBABILITIES = (SPARSE_SIMPLEX,)
PROBABILITIES = (SPARSE_SIMPLEX, CLOSED_COINS)
POSITIVE_PROBABILITIES = (SIMPLEX, SUB_SIMPLEX, COINS, LOG_SIMPLEX, LOG_COINS)
TRUE_CLASS_PROBABILITIES = (SPARSE_SIMPLEX, SUB_SIMPLEX, CLOSED_COINS, LOG_SIMPLEX, LOG_COINS)
