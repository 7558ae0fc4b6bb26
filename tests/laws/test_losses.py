"""Every loss, by its own prediction, agrees with its definition in mpmath."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from laws import bounds
from laws.cases import DTYPES, LOSS_VARIANTS, identify
from softgrad.testing.limits import Limits
from softgrad.testing.loss_laws import EXACT_LAWS
from softgrad.testing.predictions import examples

OWN = [loss for loss in LOSS_VARIANTS if not loss.needs_potential]
each_loss = pytest.mark.parametrize("loss", OWN, ids=identify)
each_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=identify)


def limits_of(loss: Any) -> Limits:
    return Limits(
        loss_value=bounds.allowed("loss value", bounds.LOSS_VALUE, loss),
        loss_derivative=bounds.allowed("loss derivative", bounds.LOSS_DERIVATIVE, loss),
    )


@each_dtype
@each_loss
@pytest.mark.parametrize("law", EXACT_LAWS, ids=identify)
def test_a_loss_is_its_definition_and_its_derivatives(
    law: Callable[..., None], loss: Any, dtype: Any
) -> None:
    law(loss, dtype, limits_of(loss))


@each_loss
def test_every_loss_is_tried_at_predictions(loss: Any) -> None:
    assert list(examples(loss))


@each_loss
def test_scaling_and_adding_losses_scales_and_adds_everything(loss: Any) -> None:
    for r, t, *_ in examples(loss):
        together = 0.5 * loss + 2.0 * loss
        keep = np.isfinite(loss(r, t))
        r, t = r[keep], t[keep]
        assert np.allclose(together(r, t), 2.5 * loss(r, t), rtol=1e-14, atol=0)
        assert np.allclose(together.gradient(r, t), 2.5 * loss.gradient(r, t), rtol=1e-14, atol=0)
        H = loss.hessian(r, t).to_dense()
        tolerance = 1e-13 * np.max(np.abs(H), initial=1e-300)
        assert np.all(np.abs(together.hessian(r, t).to_dense() - 2.5 * H) <= tolerance)
