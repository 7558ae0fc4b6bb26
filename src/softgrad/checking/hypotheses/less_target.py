"""Gradients of the kind a (p - t), with p a known map of x and t the same at every point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.slopes import as_matrices, slopes_of

#: How far what should be one target may differ from point to point.
_SAME = 1e-6


@dataclass(frozen=True, slots=True)
class LessTarget:
    """a (p - t).

    Attributes:
        slope: a.
        outputs: p at each observation, shape (batch, n).
        target: t, likewise.
    """

    slope: float
    outputs: Sequence[Numbers]
    target: Numbers

    @property
    def has_target(self) -> bool:
        """Whether there is one at all."""
        return bool(np.any(np.abs(self.target) > _SAME))

    def is_of_labels(self, width: int) -> bool:
        """Whether the target may be labels: entries from 0 to 1 that sum to 1 or are whole."""
        t, loose = self.target, 1e-5
        sums = np.sum(t.reshape(-1, width), axis=-1)
        between = np.all(t > -loose) and np.all(t < 1.0 + loose) and np.any(t > 0.5 / t.size)
        whole = np.allclose(sums, 1.0, atol=loose) or np.allclose(t, np.round(t), atol=loose)
        return bool(between and whole)

    def matrices(self, case: Case, slope: float, target: Numbers) -> list[Numbers]:
        """slope (p - target) as matrices, one an observation."""
        return as_matrices(case, [slope * (p - target) for p in self.outputs])


def read_less_target(
    case: Case, matrices: Sequence[Numbers], outputs: Sequence[Numbers]
) -> LessTarget | None:
    """The slopes in matrices as a (p - t) with the outputs as p, if they are that."""
    if len(outputs) < 2:
        return None
    p, g = np.stack(outputs), np.stack(slopes_of(case, matrices))
    off_p, off_g = p - np.mean(p, axis=0), g - np.mean(g, axis=0)
    with np.errstate(all="ignore"):
        slope = float(np.sum(off_p * off_g) / np.sum(off_p * off_p))
    loose = _SAME * float(np.max(np.abs(g))) + max(
        float(np.max(o.allowed)) for o in case.observations
    )
    if not np.isfinite(slope) or abs(slope) * float(np.max(np.abs(off_p))) <= 4.0 * loose:
        return None
    if not np.all(np.abs(off_g - slope * off_p) <= loose):
        return None
    return LessTarget(slope, outputs, np.mean(p - g / slope, axis=0))
