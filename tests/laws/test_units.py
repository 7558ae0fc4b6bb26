"""Losses that say what becomes of them in other units, and which parabolas they lie below."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from laws.cases import LOSS_VARIANTS, identify

RNG = np.random.default_rng(0)
SCALE, SHIFT = 3.5, -20.0
IN_UNITS = [loss for loss in LOSS_VARIANTS if loss.change_of_units(SCALE, SHIFT) is not None]
BELOW = [loss for loss in LOSS_VARIANTS if loss.below_parabolas]


@pytest.mark.parametrize("loss", IN_UNITS, ids=identify)
def test_the_loss_in_other_units_is_that_of_the_changed_prediction(loss: Any) -> None:
    change = loss.change_of_units(SCALE, SHIFT)
    y = RNG.normal(size=40)
    if loss.target_kind == "row":
        r = np.sort(RNG.normal(size=(40, loss.row_length)), axis=1)
    else:
        r, y = RNG.normal(size=(40, 1)), y[:, None]
    changed = loss(change.prediction(r), SCALE * y + SHIFT)
    np.testing.assert_allclose(
        changed, change.factor * change.loss(r, y) + change.offset, rtol=1e-12
    )


@pytest.mark.parametrize("loss", BELOW, ids=identify)
def test_no_parabola_of_the_slope_over_the_difference_is_above(loss: Any) -> None:
    d, x = np.meshgrid(np.linspace(-30.0, 30.0, 61), np.linspace(-40.0, 40.0, 81))
    d, x = d[d != 0.0][:, None], x[d != 0.0][:, None]
    zero = np.zeros_like(d)
    slope = loss.gradient(d, zero)[:, 0]
    gap = x[:, 0] - d[:, 0]
    parabola = loss(d, zero) + slope * gap + 0.5 * slope / d[:, 0] * gap**2
    assert np.all(loss(x, zero) <= parabola * (1.0 + 1e-12) + 1e-12)
