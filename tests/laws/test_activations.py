"""Every activation agrees with its definition in mpmath, and its derivatives with differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from laws import bounds
from laws.cases import ACTIVATION_VARIANTS, DTYPES, identify, logits
from softgrad.testing.activation_laws import EXACT_DERIVATIVE_LAWS, EXACT_LAWS
from softgrad.testing.limits import Limits

DIFFERENTIABLE = [a for a in ACTIVATION_VARIANTS if a.derivative_is_exact]

each_activation = pytest.mark.parametrize("activation", ACTIVATION_VARIANTS, ids=identify)
each_differentiable = pytest.mark.parametrize("activation", DIFFERENTIABLE, ids=identify)
each_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=identify)


def limits_of(activation: Any) -> Limits:
    """As the bounds have them; only what they name has a condition number of its own."""
    return Limits(
        value=bounds.allowed("value", bounds.VALUE, activation),
        log=bounds.allowed("log", bounds.VALUE, activation),
        complement=bounds.allowed("complement", bounds.VALUE, activation),
        jacobian=bounds.allowed("jacobian", bounds.DERIVATIVE, activation),
        row_jacobian=bounds.allowed("jacobian", bounds.ROW_DERIVATIVE, activation),
        curvature=bounds.allowed("curvature", bounds.CURVATURE, activation),
        product=bounds.allowed("product", bounds.CURVATURE, activation),
        felt_slope=activation.name in bounds.SIGN_CHANGING_DERIVATIVES,
    )


@each_dtype
@each_activation
@pytest.mark.parametrize("law", EXACT_LAWS, ids=identify)
def test_what_is_exact_of_its_forms(law: Callable[..., None], activation: Any, dtype: Any) -> None:
    law(activation, dtype, limits_of(activation))


@each_dtype
@each_differentiable
@pytest.mark.parametrize("law", EXACT_DERIVATIVE_LAWS, ids=identify)
def test_what_is_exact_of_its_derivatives(
    law: Callable[..., None], activation: Any, dtype: Any
) -> None:
    law(activation, dtype, limits_of(activation))


@each_dtype
@each_differentiable
def test_hvp_is_the_curvature_times_a_vector(activation: Any, dtype: Any) -> None:
    z = logits(activation).astype(dtype)
    g = np.broadcast_to(np.array([0.5, -1.25, 2.0, 0.75], dtype=dtype), z.shape)
    v = np.broadcast_to(np.array([1.5, -0.75, 0.25, 3.0], dtype=dtype), z.shape)
    curvature = activation.curvature(z, g)
    terms = (np.abs(curvature.to_dense()) @ np.abs(v)[..., None])[..., 0]
    if activation.name == "entmax":  # P^T diag(bend) P: its terms are larger than what they leave
        terms = np.maximum(terms, 1.0)
    gap = np.abs(activation.hvp(z, g, v) - curvature @ v)
    limit = bounds.CURVATURE * np.finfo(dtype).eps * terms + bounds.underflow(dtype)
    assert np.all(gap <= limit)


@each_dtype
@each_activation
def test_value_and_jacobian_together_are_each_alone(activation: Any, dtype: Any) -> None:
    z = logits(activation).astype(dtype)
    output, jacobian = activation.linearize(z)
    alone = activation.jacobian(z)
    eps = np.finfo(dtype).eps
    assert np.all(np.abs(output - activation(z)) <= 4 * eps * np.abs(output))
    assert np.array_equal(jacobian.to_dense(), alone.to_dense())
    assert np.array_equal(activation.partial(z, i=1, j=0), alone[..., 1, 0])
