"""Softmax and its cross-entropy from their definitions, in mpmath, and distances in ULP."""

from dataclasses import dataclass

import mpmath
import numpy as np

CONTEXT = mpmath.MPContext()
CONTEXT.prec = 200
mpf = CONTEXT.mpf


@dataclass
class ExactRow:
    """One row, exactly: what the kernels' results are compared with."""

    logits: list  # z / T
    exponentials: list  # exp((z - max z) / T)
    temperature: object

    @classmethod
    def of(cls, z, temperature=1.0):
        temperature = mpf(temperature)
        logits = [mpf(float(x)) / temperature for x in z]
        top = max(logits)
        return cls(logits, [CONTEXT.exp(x - top) for x in logits], temperature)

    @property
    def total(self):
        return CONTEXT.fsum(self.exponentials)

    def others(self, label):
        """The sum of the exponentials of all other classes."""
        return CONTEXT.fsum(e for j, e in enumerate(self.exponentials) if j != label)

    def softmax(self):
        total = self.total
        return [e / total for e in self.exponentials]

    def surprisal(self, label):
        """-log p of the label; log1p, for the others may sum to 1e-300 beside the largest's 1."""
        others = CONTEXT.log1p(self.others(self.exponentials.index(1)))
        return max(self.logits) - self.logits[label] + others

    def label_gradient(self, label):
        gradient = [p / self.temperature for p in self.softmax()]
        gradient[label] = -self.others(label) / self.total / self.temperature
        return gradient

    def distribution_value(self, target):
        terms = (mpf(float(y)) * self.surprisal(j) for j, y in enumerate(target) if y != 0)
        return CONTEXT.fsum(terms)

    def distribution_gradient(self, target):
        """The gradient, and the size of the two numbers whose difference each entry is."""
        y = [mpf(float(x)) for x in target]
        mass = CONTEXT.fsum(y)
        parts = [(p * mass, t) for p, t in zip(self.softmax(), y, strict=True)]
        top = self.exponentials.index(1)
        others = CONTEXT.fsum(y[:top] + y[top + 1 :])
        rest = self.others(top)
        if rest < 1:
            parts[top] = (others / self.total, rest / self.total * y[top])
        return (
            [(a - b) / self.temperature for a, b in parts],
            [(a + b) / self.temperature for a, b in parts],
        )


def ulp_error(got, exact, scale=None):
    """|got - exact| in units in the last place of `scale`, which is `exact` unless given."""
    information = np.finfo(got.dtype)
    smallest = mpf(float(information.smallest_subnormal))
    size = abs(exact if scale is None else scale)
    unit = smallest
    if size > 0:
        unit = max(smallest, mpf(2) ** (CONTEXT.floor(CONTEXT.log(size, 2)) - information.nmant))
    return float(abs(mpf(float(got)) - exact) / unit)


def largest_ulp_error(got, exact, scale=None):
    scales = scale if scale is not None else [None] * len(exact)
    return max(ulp_error(g, e, s) for g, e, s in zip(got, exact, scales, strict=True))
