"""What comes from upstream, taken for a value of the function or for its argument."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit


def upstream_for_value(case: Case) -> Iterator[Fit]:
    """A value is computed of the upstream gradient, as if that were the function's x or output."""
    if case.claim.form != "vjp" or not all(o.bend > o.negligible for o in case.observations):
        return
    o = case.observations[-1]
    g = np.random.default_rng(8).uniform(-1.0, 1.5, o.y.shape)
    found = case.claim.product(o.x, g)
    if case.is_softmax:
        for written, formula in _OF_SOFTMAX.items():
            yield _fit(_apart(found, formula(o.y, g)), f"it is {written}", *_RIGHT_OF_SOFTMAX)
    elsewhere = case.claim.product(case.observations[0].x, g)
    if len(case.observations) > 1:
        yield _fit(
            _apart(found, elsewhere),
            "the answer does not depend on x at all, and is not linear in the upstream gradient",
            "g * f'(x): the slope is taken at x, or of the output, and multiplied by g.",
            "return g * slope(x)  # not slope(g)",
        )


def some_upstream_for_value(case: Case) -> Iterator[Fit]:
    """The product is not linear in what comes from upstream, whatever else is wrong."""
    if case.claim.form == "vjp" and all(o.bend > o.negligible for o in case.observations):
        yield _fit(
            0.0,
            "the answer to a sum of upstream gradients is not the sum of the answers",
            "J^T g: linear in g, with g in each term once.",
            "",
        )


def _fit(residual: float, seen: str, formula: str, instead: str) -> Fit:
    return Fit(
        code="upstream-for-value",
        of_entries=False,
        residual=residual,
        what="The upstream gradient is put where a value of the function belongs: the product is "
        "not linear in it.",
        seen=f"{seen}.",
        formula=formula,
        instead=instead,
    )


def _apart(found: Numbers, wanted: Numbers) -> float:
    size = float(np.linalg.norm(found))
    return float(np.linalg.norm(found - wanted)) / size if size else np.inf


_RIGHT_OF_SOFTMAX = (
    "p * (g - sum(g * p)): p outside of the brackets, and g inside.",
    "return p * (g - np.sum(g * p, axis=-1, keepdims=True))",
)
_OF_SOFTMAX: dict[str, Callable[[Numbers, Numbers], Numbers]] = {
    "g * (p - sum(g * p)), with g and p exchanged": lambda p, g: (
        g * (p - np.sum(g * p, axis=-1, keepdims=True))
    ),
    "g * p * (g - sum(g * p)), with g twice": lambda p, g: (
        g * p * (g - np.sum(g * p, axis=-1, keepdims=True))
    ),
}
