"""What the laws run over: every entry of the catalogue, every pair, and the inputs for each."""

from __future__ import annotations

from types import FunctionType
from typing import Any

import numpy as np

from laws.fenchel_young import inside_targets
from softgrad import pairs
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.testing import points
from softgrad.testing.points import Targets as Targets
from softgrad.testing.points import logits as logits
from softgrad.testing.points import pair_logits as pair_logits
from softgrad.testing.points import sign_of_targets as sign_of_targets
from softgrad.testing.points import through_logarithm as through_logarithm

DTYPES = (np.float64, np.float32)

ACTIVATION_VARIANTS = [one for kind in ACTIVATIONS.values() for one in kind.examples()]
LOSS_VARIANTS = [one for kind in LOSSES.values() for one in kind.examples()]


def _pair_variants() -> list[tuple[Any, Any]]:
    """Every pair with default parameters, and each variant with two partners of its kind."""
    names = list(pairs())
    found = [(ACTIVATIONS[a].examples()[0], LOSSES[b]()) for a, b in names]
    for name, kind in ACTIVATIONS.items():
        partners = _spread([b for a, b in names if a == name])
        found += [(one, LOSSES[b]()) for one in kind.examples()[1:] for b in partners]
    for name, kind in LOSSES.items():
        partners = _spread([a for a, b in names if b == name])
        found += [
            (ACTIVATIONS[a].examples()[0], one) for one in kind.examples()[1:] for a in partners
        ]
        # Coins tell what their sides weigh.
        weighted = [one for one in kind.examples()[1:] if one.side_weights != (1.0, 1.0)]
        found += [(ACTIVATIONS["sigmoid"](), one) for one in weighted if "sigmoid" not in partners]
    return [(a, b) for a, b in found if b.fits(a)]


def _spread(names: list[str], count: int = 2) -> list[str]:
    return names[:: max(1, len(names) // count)][:count]


def each_once(pairs: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Few pairs in which each activation and each loss occurs."""
    found: list[tuple[Any, Any]] = []
    met: set[str] = set()
    for enough in (2, 1):  # pairs of which both are new, then such as bring one
        for pair in pairs:
            new = {one.name for one in pair} - met
            if len(new) >= enough:
                found.append(pair)
                met |= new
    return found


PAIR_VARIANTS = _pair_variants()
# Rows of any length may be masked, moved and reshaped; those of one length only may not.
FLEXIBLE_PAIRS = [(a, b) for a, b in PAIR_VARIANTS if b.row_length is None]


def identify(value: Any) -> str:
    """The id of a parameter: the repr of what is tested."""
    if isinstance(value, tuple):
        return "-".join(map(identify, value))
    return value.__name__ if isinstance(value, type | FunctionType) else repr(value)


def targets(activation: Any, loss: Any, z: np.ndarray) -> list[Targets]:
    """The targets that a pair is tested with; those that are attained by the exact definition."""
    return points.targets(activation, loss, z, attained=inside_targets)
