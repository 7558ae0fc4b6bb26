"""A Jacobian whose rows or columns were added up."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.observation import Observation


def row_summed(case: Case) -> Iterator[Fit]:
    """Theirs is a sum over the Jacobian's rows or columns, spread out or on the diagonal."""
    yield from _of_all_entries(case)
    if not all(o.reference.shape[1] == o.reference.shape[2] > 1 for o in case.observations):
        return
    for axis, name in ((2, "row"), (1, "column")):
        sums = case.each(lambda o, axis=axis: np.sum(o.reference, axis=axis, keepdims=True))
        spread = [
            np.broadcast_to(s, o.reference.shape)
            for s, o in zip(sums, case.observations, strict=True)
        ]
        flat = [s.reshape(len(s), -1) for s in sums]
        diagonal = [f[:, :, None] * np.eye(f.shape[1]) for f in flat]
        for predictions in (spread, diagonal):
            yield Fit(
                code="row-summed",
                residual=case.misfit(predictions),
                predictions=predictions,
                parameters={"summed": name},
                what=f"The Jacobian's {name}s are summed up: what is left of each is one number.",
                seen=f"theirs is the sum of the reference over each {name}.",
                formula="no sum before the product: J^T g, not sum(J) * g. (A softmax Jacobian's "
                "rows and columns sum to 0.)",
                instead="return J.T @ g",
            )
    yield from _of_nothing(case)


def _of_all_entries(case: Case) -> Iterator[Fit]:
    """The slopes of all entries added up, or their mean, in place of each."""
    is_elementwise = case.is_elementwise
    if not is_elementwise and not case.is_of_a_number:
        return
    for name, add in {"sum": np.sum, "mean": np.mean}.items():
        for batch in (0, 1):  # of all rows, or of each
            predictions = case.each(
                lambda o, a=add, b=batch: _spread(o, a, range(b, 2), is_elementwise)
            )
            yield Fit(
                code="row-summed",
                residual=case.misfit(predictions),
                predictions=predictions,
                parameters={"summed": "all entries"},
                what=f"It is one number, the {name} of the slopes of all entries; each entry has "
                "its own.",
                seen=f"every entry of theirs is the {name} of the reference's.",
                formula="the slope of each entry, without a sum over them.",
                instead="return result  # without np.sum or np.mean",
            )


def _spread(o: Observation, add: Callable[..., Numbers], axes: range, on_diagonal: bool) -> Numbers:
    if not on_diagonal:
        over = (0, 2) if 0 in axes else (2,)
        return np.broadcast_to(add(o.reference, axis=over, keepdims=True), o.reference.shape)
    slopes = np.diagonal(o.reference, axis1=1, axis2=2)
    one = np.broadcast_to(add(slopes, axis=tuple(axes), keepdims=True), slopes.shape)
    return one[:, :, None] * np.eye(slopes.shape[1])


def _of_nothing(case: Case) -> Iterator[Fit]:
    """Rows that sum to 0 leave rounding errors: theirs is not 0, but as good as."""
    ratios: list[float] = []
    for o in case.observations:
        right = float(np.linalg.norm(o.reference))
        rows = float(np.max(np.abs(np.sum(o.reference, axis=2))))
        if not right or rows > o.negligible or not np.any(o.theirs):
            return
        ratios.append(0.0 if o.hides(o.theirs) else float(np.linalg.norm(o.theirs)) / right)
    yield Fit(
        code="row-summed",
        residual=max(ratios),
        parameters={"summed": "row"},
        what="The Jacobian's rows are summed up, and they sum to 0: only rounding errors are left.",
        seen="theirs is not exactly 0, but 0 to rounding; the reference's rows sum to 0 and it is "
        "not 0 itself.",
        formula="J^T g: a product with the upstream gradient, not a sum.",
        instead="return J.T @ g",
    )
