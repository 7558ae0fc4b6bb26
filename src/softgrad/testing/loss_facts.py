"""What every loss keeps to, and what its class declares: no definition is needed for that.

Each function is a law: it raises AssertionError where a loss breaks it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from softgrad.testing.comparing import expect, near, rounding
from softgrad.testing.limits import Limits
from softgrad.testing.predictions import examples

#: A row is as it is alone up to the order in which its entries are summed.
_ROUNDINGS = 16.0


def the_hessian_is_symmetric(loss: Any, limits: Limits) -> None:
    """The Hessian is symmetric."""
    for r, t, *_ in examples(loss):
        dense = loss.hessian(r, t).to_dense()
        where = f"prediction = {r.tolist()}, target = {t.tolist()}"
        near(dense, np.swapaxes(dense, -1, -2), rounding(dense, 64.0), where=where)


def a_declared_scale_invariance_is_real(loss: Any, limits: Limits) -> None:
    """With scale_invariant = True a prediction times a positive number costs the same."""
    if not loss.scale_invariant:
        return
    for r, t, *_ in examples(loss):
        value = loss(r, t)
        where = f"the prediction {r.tolist()} times 0.75"
        near(loss(0.75 * r, t), value, rounding(value[:, None], 16.0)[:, 0], where=where)


def float32_agrees_with_float64(loss: Any, limits: Limits) -> None:
    """Value and gradient of float32 predictions are those of the same ones in float64."""
    eps = float(np.finfo(np.float32).eps)
    for r, t, *_ in examples(loss):
        short = t if t.dtype.kind == "i" else t.astype(np.float32)
        gradient = loss.gradient(r, t)
        size = np.sum(np.abs(gradient * r), axis=-1) + np.abs(loss(r, t))
        where, narrow = f"prediction = {r.tolist()}, float32", r.astype(np.float32)
        near(
            loss(r.astype(np.float32), short),
            loss(r, t),
            8 * limits.value * eps * size,
            where=where,
        )
        bend = np.max(np.abs(loss.hessian(r, t).to_dense() @ np.abs(r)[..., None]), axis=(-2, -1))
        scale = (bend + np.max(np.abs(gradient), axis=-1))[:, None]
        near(loss.gradient(narrow, short), gradient, 8 * limits.value * eps * scale, where=where)


def a_mask_is_the_same_as_leaving_entries_out(loss: Any, limits: Limits) -> None:
    """Masked entries are as good as absent, whatever stands there."""
    if loss.row_length is not None:
        return
    keep = np.array([True, True, False, True])  # no label of the examples is class 2
    for r, given, dense, _ in examples(loss):
        t, short = (given, given) if loss.targets == "row" else (dense, dense[:, keep])
        value, gradient = loss(r, t, where=keep), loss.gradient(r, t, where=keep)
        less, less_gradient = loss(r[:, keep], short), loss.gradient(r[:, keep], short)
        where = f"prediction = {r.tolist()}, target = {t.tolist()}, where={keep.tolist()}"
        near(value, less, rounding(less[:, None], _ROUNDINGS)[:, 0], where=where)
        allowed = rounding(less_gradient, _ROUNDINGS)
        near(gradient[:, keep], less_gradient, allowed, where=where)
        near(gradient[:, ~keep], np.zeros_like(gradient[:, ~keep]), 0.0, where=where)


def nan_stays_in_its_row(loss: Any, limits: Limits) -> None:
    """NaN makes its row's value NaN, and changes no other row."""
    for r, t, *_ in examples(loss):
        value, gradient = loss(r, t), loss.gradient(r, t)
        spoiled = r.copy()
        place = 0 if t.dtype.kind != "i" else int(t[1])
        spoiled[1, place] = np.nan
        bad_value, bad_gradient = loss(spoiled, t), loss.gradient(spoiled, t)
        where = f"prediction = {spoiled.tolist()}, target = {t.tolist()}"
        near(np.delete(bad_value, 1), np.delete(value, 1), 0.0, where=where)
        near(np.delete(bad_gradient, 1, 0), np.delete(gradient, 1, 0), 0.0, where=where)
        expect(bool(np.isnan(bad_value[1])), f"got {bad_value[1]} of row 1, expected nan; {where}")


def rows_do_not_feel_each_other(loss: Any, limits: Limits) -> None:
    """A row gives what it gives alone, along whichever axis it lies."""
    for r, t, *_ in examples(loss):
        value, gradient = loss(r, t), loss.gradient(r, t)
        allowed = rounding(gradient, 4.0)
        where = f"prediction = {r.tolist()}, target = {t.tolist()}"
        for i in range(len(r)):
            near(loss(r[i], t[i]), value[i], rounding(value, 4.0)[0], where=f"row {i} alone")
            near(loss.gradient(r[i], t[i]), gradient[i], allowed[i, 0], where=f"row {i} alone")
        moved = t.T if t.shape == r.shape else t
        near(loss(r.T, moved, axis=0), value, rounding(value, 4.0), where=f"axis=0, {where}")
        near(loss.gradient(r.T, moved, axis=0).T, gradient, allowed, where=f"axis=0, {where}")


def an_empty_batch_gives_empty_results(loss: Any, limits: Limits) -> None:
    """No rows give no rows."""
    for r, t, *_ in examples(loss):
        none, n = r[:0], r.shape[-1]
        shapes = loss(none, t[:0]).shape, loss.gradient(none, t[:0]).shape
        expect(shapes == ((0,), (0, n)), f"got shapes {shapes} of a prediction of shape (0, {n})")
        dense = loss.hessian(none, t[:0]).to_dense().shape
        expect(dense == (0, n, n), f"got a Hessian of shape {dense}, expected {(0, n, n)}")


def the_arguments_are_left_as_they_are(loss: Any, limits: Limits) -> None:
    """A call changes nothing that it is given, and the next one gives the same."""
    for r, t, *_ in examples(loss):
        given = r.copy(), t.copy()
        first = loss(*given), loss.gradient(*given), loss.hessian(*given).to_dense()
        near(given[0], r, 0.0, where="the prediction after a call")
        near(given[1], t, 0.0, where="the target after a call")
        again = loss(*given), loss.gradient(*given), loss.hessian(*given).to_dense()
        for one, other in zip(first, again, strict=True):
            near(other, one, 0.0, where="the result of a second call")


def a_right_prediction_with_zeros_costs_a_number(loss: Any, limits: Limits) -> None:
    """At a one-hot prediction that is right, value and gradient are numbers."""
    accepted = [d for d in loss.accepts if d.kind == "simplex" and d.has_low]
    if not accepted:
        return
    p = np.eye(4)[:2]
    where = f"prediction = target = {p.tolist()}"
    for name, found in (("value", loss(p, p)), ("gradient", loss.gradient(p, p))):
        expect(not np.any(np.isnan(found)), f"got the {name} {found.tolist()}; {where}")


LAWS = (
    the_hessian_is_symmetric,
    a_declared_scale_invariance_is_real,
    float32_agrees_with_float64,
    a_mask_is_the_same_as_leaving_entries_out,
    nan_stays_in_its_row,
    rows_do_not_feel_each_other,
    an_empty_batch_gives_empty_results,
    the_arguments_are_left_as_they_are,
    a_right_prediction_with_zeros_costs_a_number,
)
