"""p - t with another target than the function has, or with none."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.hypotheses.less_target import LessTarget, read_less_target
from softgrad.checking.hypotheses.slopes import has_slopes

_NONE = ("A target is taken off, and the function has none.", "return p")


def wrong_target(case: Case) -> Iterator[Fit]:
    """Theirs is p - t with another t than the function's: hard labels for smoothed ones, say."""
    for _, right, theirs in _read(case):
        if theirs is not None and theirs.has_target:
            predictions = right.matrices(case, right.slope, theirs.target)
            what, instead = (
                _difference(case, theirs.target, right.target) if right.has_target else _NONE
            )
            yield Fit(
                code="wrong-target",
                residual=case.misfit(predictions),
                predictions=predictions,
                what=what,
                seen="theirs less the reference is the same at every point, another number for "
                "each entry.",
                formula="p - t with the t of the function.",
                instead=instead,
            )


def without_target(case: Case) -> Iterator[Fit]:
    """Theirs is p where p - t is right, or x for x - t."""
    for name, right, _ in _read(case):
        if right.has_target:
            predictions = right.matrices(case, right.slope, np.zeros_like(right.target))
            yield Fit(
                code="missing-term",
                residual=case.misfit(predictions),
                predictions=predictions,
                parameters={"term": "the target"},
                what=f"The target is missing: it is {name} alone.",
                seen=f"theirs is {name} where the reference has it less what is the same at "
                "every point.",
                formula=f"{name} less the target.",
                instead="return p - y",
            )


def _read(case: Case) -> Iterator[tuple[str, LessTarget, LessTarget | None]]:
    """The maps p for which the reference is a (p - t), and theirs so, if it is."""
    if not has_slopes(case):
        return
    maps = {head.name: head.apply for head in case.heads}
    for name, apply in {**{f"{k}(x)": v for k, v in maps.items()}, "x": np.asarray}.items():
        outputs = case.each(lambda o, a=apply: a(o.x))
        right = read_less_target(case, [o.reference for o in case.observations], outputs)
        if right is not None:
            theirs = read_less_target(case, [o.theirs for o in case.observations], outputs)
            yield name, right, theirs


def _difference(case: Case, theirs: Numbers, right: Numbers) -> tuple[str, str]:
    width = case.width
    one_hot, meant = theirs.reshape(-1, width), right.reshape(-1, width)
    if np.allclose(one_hot, np.round(one_hot), atol=1e-5) and width > 1:
        off = one_hot < 0.5
        spread = float(np.mean(meant[off])) * width if np.any(off) else 0.0
        smoothed = (1.0 - spread) * np.round(one_hot) + spread / width
        if 1e-6 < spread < 1.0 and np.allclose(meant, smoothed, atol=1e-5):
            return (
                f"The labels are not smoothed: the function's are, by {spread:.4g}.",
                f"return p - ((1 - {spread:.4g}) * y + {spread:.4g} / {width})",
            )
    row = int(np.argmax(np.max(np.abs(one_hot - meant), axis=-1)))
    shown = [" ".join(f"{v:.4g}" for v in t[row][:6]) for t in (one_hot, meant)]
    return (
        (
            f"The target is another one than the function's: in row {row} it is {shown[0]}, and "
            f"the function has {shown[1]}."
        ),
        "return p - t  # with the function's own t",
    )
