"""Every loss, by its own prediction, agrees with its definition in mpmath."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf, workdps

from laws import bounds
from laws.cases import DTYPES, LOSS_VARIANTS, identify, sign_of_targets
from laws.reference import DIGITS, ExactLoss, as_rows, exact_loss
from laws.ulp import within
from softgrad.contracts.forms import LivesOn

OWN = [loss for loss in LOSS_VARIANTS if not loss.needs_potential]
each_loss = pytest.mark.parametrize("loss", OWN, ids=identify)
each_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=identify)

N = 4
_VALUES = np.array([[0.5, -1.3125, 2.25, 0.75], [3.5, 0.125, -0.25, -6.0]])
# Odd numbers of 64ths, and targets even ones: no kink of any loss is met.
_SIMPLEX = np.array([[31, 17, 11, 5], [3, 5, 7, 49], [19, 21, 17, 7]]) / 64.0
_COINS = np.array([[0.25, 0.875, 0.0625, 0.625], [0.96875, 0.5, 0.75, 0.03125]])


def examples(loss: Any) -> Iterator[tuple[np.ndarray, np.ndarray, str, str]]:
    """(prediction, target given, target entry by entry, side) for each kind that it accepts."""
    kinds = {domain.kind for domain in loss.accepts}
    if "simplex" in kinds:
        r = _SIMPLEX
        labels = np.array([1, 3, 0])
        yield r, labels, np.eye(N)[labels], "class"
        if loss.targets in ("entries", "classes"):
            t = np.array([[3, 5, 9, 15], [21, 5, 3, 3], [3, 1, 1, 27]]) / 32.0
            yield r, t, t, "class"
    if kinds <= {"coins", "log-coins"}:
        t = np.array([[0.25, 1.0, 0.0, 0.625], [0.0, 0.9375, 1.0, 0.125]])
        yield _COINS, t, t, "coin"
    positive = [d for d in loss.accepts if d.kind == "values" and d.low >= 0]
    real = [d for d in loss.accepts if d.kind == "values" and d.low < 0]
    if real or positive:
        r = (_VALUES if real else np.abs(_VALUES))[:, : loss.row_length]
        if loss.targets in ("labels", "classes"):
            labels = np.array([1, 3])
            yield r, labels, np.eye(N)[labels], "class"
        if loss.targets == "classes":
            t = np.array([[3, 5, 9, 15], [21, 5, 3, 3]]) / 32.0
            yield r, t, t, "class"
        elif loss.targets == "row":
            r = r if loss.row_length != 3 else r[:, [1, 2, 0]]  # of which some cross
            t = np.array([0.375, -2.25])
            yield r, t, np.repeat(t[:, None], r.shape[1], axis=1), "class"
        elif loss.targets == "entries":
            t = np.array([[1.4375, 0.25, 1.0, 3.0], [0.4375, 2.0, 0.0625, 1.0]])
            t = sign_of_targets(loss) * t
            yield r, t, t, "class"


def rows(loss: Any, dtype: Any) -> Iterator[tuple[np.ndarray, np.ndarray, list[ExactLoss]]]:
    for r, given, dense, side in examples(loss):
        exact = [
            exact_loss(loss, tuple(map(mpf, a)), b, side)
            for a, b in zip(as_rows(r), as_rows(dense), strict=True)
        ]
        yield r.astype(dtype), given if given.dtype.kind == "i" else given.astype(dtype), exact


@each_dtype
@each_loss
def test_a_loss_is_its_definition_and_its_derivatives(loss: Any, dtype: Any) -> None:
    seen = 0
    for r, t, exact in rows(loss, dtype):
        value, gradient = loss(r, t), loss.gradient(r, t)
        hessian = loss.hessian(r, t).to_dense()
        for i, reference in enumerate(exact):
            u = np.abs(np.array(reference.r, dtype=float))
            g = np.abs(np.array(reference.gradient, dtype=float))
            H = np.abs(np.array(reference.hessian, dtype=float))
            if not mp.isfinite(reference.value):  # log 0, where the loss is infinite
                continue
            if loss.lives_on is LivesOn.LOG:
                # By p it is (l'' - l') / p^2, with l the function of log p that it is written as.
                H = H + np.diag(g / u)
            where = (r[i], t[i])
            limit = bounds.allowed("loss value", bounds.LOSS_VALUE, loss)
            scale = abs(float(reference.value)) + float(g @ u)
            within(limit, value[i], reference.value, scale, where=where)
            limit = bounds.allowed("loss derivative", bounds.LOSS_DERIVATIVE, loss)
            within(limit, gradient[i], reference.gradient, g + H @ u, where=where)
            within(limit, hessian[i], reference.hessian, H + np.max(H), where=where)
            seen += 1
    assert seen


@each_dtype
@pytest.mark.parametrize(
    "loss", [x for x in OWN if any(d.kind == "coins" for d in x.accepts)], ids=identify
)
def test_with_an_empty_axis_each_entry_is_a_coin(loss: Any, dtype: Any) -> None:
    r = _COINS.astype(dtype)
    t = np.array([[1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0]], dtype=dtype)
    value = loss(r, t, axis=())
    gradient = loss.gradient(r, t, axis=())
    for index in np.ndindex(r.shape):
        exact = exact_loss(loss, (mpf(float(r[index])),), (float(t[index]),), "coin")
        if not mp.isfinite(exact.value):
            continue
        with workdps(DIGITS):
            u = min(abs(exact.r[0]), abs(1 - exact.r[0]))
            slope, bend = exact.gradient[0], exact.hessian[0][0]
            sizes = [abs(exact.value) + abs(slope) * u, abs(slope) + abs(bend) * u]
        limit = bounds.allowed("loss value", bounds.LOSS_VALUE, loss)
        within(limit, value[index], exact.value, float(sizes[0]))
        limit = bounds.allowed("loss derivative", bounds.LOSS_DERIVATIVE, loss)
        within(limit, gradient[index], slope, float(sizes[1]))
    assert mp.dps < DIGITS


@each_loss
def test_scaling_and_adding_losses_scales_and_adds_everything(loss: Any) -> None:
    for r, t, _ in rows(loss, np.float64):
        together = 0.5 * loss + 2.0 * loss
        keep = np.isfinite(loss(r, t))
        r, t = r[keep], t[keep]
        assert np.allclose(together(r, t), 2.5 * loss(r, t), rtol=1e-14, atol=0)
        assert np.allclose(together.gradient(r, t), 2.5 * loss.gradient(r, t), rtol=1e-14, atol=0)
        H = loss.hessian(r, t).to_dense()
        tolerance = 1e-13 * np.max(np.abs(H), initial=1e-300)
        assert np.all(np.abs(together.hessian(r, t).to_dense() - 2.5 * H) <= tolerance)
