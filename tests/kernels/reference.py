"""Softmax and its cross-entropy from their definitions, in mpmath, and distances in ULP."""

from dataclasses import dataclass
from functools import cache, cached_property

import mpmath
import numpy as np

CONTEXT = mpmath.MPContext()
CONTEXT.prec = 200
mpf = CONTEXT.mpf


@dataclass
class Exact:
    """Numbers as unevaluated sums of two float64: good to 32 digits down to 1e-290."""

    high: np.ndarray
    low: np.ndarray

    @classmethod
    def of(cls, numbers):
        numbers = list(numbers)
        high = np.array([float(x) for x in numbers])
        return cls(high, np.array([float(x - mpf(h)) for x, h in zip(numbers, high, strict=True)]))

    def __getitem__(self, index):
        return Exact(self.high[index], self.low[index])


@dataclass
class ExactRow:
    """One row, exactly: what the kernels' results are compared with."""

    logits: list  # z / T
    exponentials: list  # exp((z - max z) / T)
    temperature: object

    @classmethod
    def of(cls, z, temperature=1.0):
        return _row(tuple(map(float, z)), temperature)

    @cached_property
    def total(self):
        return CONTEXT.fsum(self.exponentials)

    @cached_property
    def top(self):
        return self.exponentials.index(1)

    def others(self, label):
        """The sum of the exponentials of all other classes."""
        if label != self.top:
            return self.total - self.exponentials[label]
        return CONTEXT.fsum(e for j, e in enumerate(self.exponentials) if j != label)

    def probability(self, index):
        return self.exponentials[index] / self.total

    @cached_property
    def softmax(self):
        return Exact.of(e / self.total for e in self.exponentials)

    @cached_property
    def log_of_total(self):
        """log1p, for the others may sum to 1e-300 beside the largest's 1."""
        return CONTEXT.log1p(self.others(self.top))

    def surprisal(self, label):
        """-log p of the label."""
        return max(self.logits) - self.logits[label] + self.log_of_total

    @cached_property
    def _slopes(self):
        return Exact.of(e / self.total / self.temperature for e in self.exponentials)

    def label_gradient(self, label):
        """p / T, and at the label -(1 - p) / T."""
        slopes = Exact(self._slopes.high.copy(), self._slopes.low.copy())
        own = -self.others(label) / self.total / self.temperature
        slopes.high[label] = float(own)
        slopes.low[label] = float(own - mpf(float(own)))
        return slopes

    def distribution_value(self, target):
        terms = (mpf(float(y)) * self.surprisal(j) for j, y in enumerate(target) if y != 0)
        return CONTEXT.fsum(terms)

    def distribution_gradient(self, target):
        """The gradient, and the size of the two numbers whose difference each entry is."""
        y = [mpf(float(x)) for x in target]
        mass, total, top = CONTEXT.fsum(y), self.total, self.top
        parts = [(e / total * mass, t) for e, t in zip(self.exponentials, y, strict=True)]
        rest = self.others(top)
        if rest < 1:
            others = CONTEXT.fsum(y[:top] + y[top + 1 :])
            parts[top] = (others / total, rest / total * y[top])
        return (
            Exact.of((a - b) / self.temperature for a, b in parts),
            np.array([float((a + b) / self.temperature) for a, b in parts]),
        )


@cache
def _row(z, temperature):
    temperature = mpf(temperature)
    logits = [mpf(x) / temperature for x in z]
    top = max(logits)
    return ExactRow(logits, [CONTEXT.exp(x - top) for x in logits], temperature)


def ulp_error(got, exact):
    """|got - exact| in units in the last place of one exact number, however small."""
    information = np.finfo(got.dtype)
    unit = mpf(float(information.smallest_subnormal))
    if exact != 0:
        exponent = CONTEXT.floor(CONTEXT.log(abs(exact), 2))
        unit = max(unit, mpf(2) ** (exponent - information.nmant))
    return float(abs(mpf(float(got)) - exact) / unit)


def largest_ulp_error(got, exact, scale=None):
    """The largest of `Exact` numbers' errors, in ULP of their scale, which is they themselves."""
    information = np.finfo(got.dtype)
    size = np.abs(exact.high if scale is None else scale)
    size = np.maximum(size, float(information.smallest_normal))
    unit = np.ldexp(1.0, np.frexp(size)[1] - 1 - information.nmant)
    return np.max(np.abs((got.astype(np.float64) - exact.high) - exact.low) / unit)
