"""Domains as data: where an activation's output lies, and where a loss is defined."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nextafter
from typing import Literal

from softgrad.arrays.namespaces import Array

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
        has_infinity: whether infinity is an entry of its own, as the bound of what has none.
    """

    name: str
    kind: Kind
    low: float = -inf
    high: float = inf
    has_low: bool = False
    has_infinity: bool = False

    def is_within(self, other: Domain) -> bool:
        """Whether every row of this domain is one of the `other`."""
        if self.kind != other.kind or self.low < other.low or self.high > other.high:
            return False
        return self.low > other.low or other.has_low or not self.has_low

    @property
    def is_everything(self) -> bool:
        """Whether an entry may be any number."""
        return self.low == -inf and self.high == inf

    def has(self, number: float) -> bool:
        """Whether an entry may be that number."""
        low, high = self.closed_ends
        return low <= number <= high

    @property
    def closed_ends(self) -> tuple[float, float]:
        """The least and the largest float64 of an entry; where all are, the infinite ones too."""
        if self.is_everything:
            return self.low, self.high
        low = self.low if self.has_low else nextafter(self.low, inf)
        ends_early = self.high == inf and not self.has_infinity
        return low, nextafter(inf, 0.0) if ends_early else self.high

    def excludes(self, x: Array) -> Array:
        """Which entries lie outside; NaN does not."""
        below = x < self.low if self.has_low else x <= self.low
        if self.has_infinity:
            return below
        return below | (x == inf if self.high == inf else x > self.high)

    @property
    def interval(self) -> str:
        """The interval of an entry, "[0, inf)"."""
        left = "[" if self.has_low else "("
        open_high = self.high == inf and not self.has_infinity
        return f"{left}{self.low:g}, {self.high:g}{')' if open_high else ']'}"

    def __str__(self) -> str:
        return f"{self.name} {self.interval}"


OF_COINS = ("coins", "log-coins")


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

# What a target may be where it says how much of each class there is: not only one unit.
SHARES = Domain("shares of the classes", "simplex", 0.0, inf, has_low=True)

# The logarithm of such a share, up to that of a whole; -inf is that of none.
LOG_SHARES = Domain("logarithms of shares of the classes", "values", -inf, 0.0, has_low=True)

# Between which times something happened: from the start, or never until the end.
TIMES = Domain("bounds of times", "values", 0.0, inf, has_low=True, has_infinity=True)

# What families of losses are defined on.
ANY_VALUES = (REAL, SPARSE_SIMPLEX, SUB_SIMPLEX, CLOSED_COINS, LOG_SIMPLEX, LOG_COINS)
CLASS_PROBABILITIES = (SPARSE_SIMPLEX,)
PROBABILITIES = (SPARSE_SIMPLEX, CLOSED_COINS)
DISTRIBUTIONS = (SPARSE_SIMPLEX, CLOSED_COINS, LOG_SIMPLEX, LOG_COINS)
POSITIVE_DISTRIBUTIONS = (SIMPLEX, COINS, LOG_SIMPLEX, LOG_COINS)
POSITIVE_PROBABILITIES = (SIMPLEX, SUB_SIMPLEX, COINS, LOG_SIMPLEX, LOG_COINS)
TRUE_CLASS_PROBABILITIES = (SPARSE_SIMPLEX, SUB_SIMPLEX, CLOSED_COINS, LOG_SIMPLEX, LOG_COINS)
