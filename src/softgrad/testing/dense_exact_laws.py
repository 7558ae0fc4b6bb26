"""Value and derivatives of a function of one logit by `exact`, at many points of all sizes."""

from __future__ import annotations

from typing import Any

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.testing.dense_laws import dense_logits
from softgrad.testing.exact import ExactActivation
from softgrad.testing.limits import Limits
from softgrad.testing.ulp import within

#: exp(exp(z)) and the integral of exp(-z^2) take mpmath for ever beyond.
_FARTHEST = 60.0
#: One of so many neighbours is drawn: the next is nearer than half as large again.
_NEIGHBOURS = 5
#: What is smaller has lost digits to the differences, or is no normal number of float64.
_LEAST = 1e-100


def value_and_derivatives_are_those_of_exact_at_all_sizes(activation: Any, limits: Limits) -> None:
    """Between the points of the other laws, too, value and derivatives are those of `exact`."""
    if activation.rowwise:
        return
    z = _drawn()
    value, slope = activation(z)[:, 0], activation.jacobian(z).diagonal()[:, 0]
    bend = activation.curvature(z, np.ones_like(z)).diagonal()[:, 0]
    for i, x in enumerate(z[:, 0].tolist()):
        exact = ExactActivation(activation, (x,))
        f, scale = exact.value[0], exact.value_scale[0]
        _compare("value", limits.value, value[i], f, scale, x)
        if activation.derivative_is_exact:
            f, scale = exact.jacobian[0][0], exact.slope_scale[0, 0]
            _compare("slope", limits.jacobian, slope[i], f, scale, x)
            f, scale = exact.second[0][0][0], exact.felt_second_scale[0, 0, 0]
            _compare("second derivative", limits.curvature, bend[i], f, scale, x)


LAWS = (value_and_derivatives_are_those_of_exact_at_all_sizes,)


def _drawn() -> Array:
    """One of each few neighbours, the same ones in each run."""
    z = dense_logits()
    z = z[np.abs(z[:, 0]) < _FARTHEST]
    strata = np.arange(0, len(z) - _NEIGHBOURS + 1, _NEIGHBOURS)
    return z[strata + np.random.default_rng(7).integers(0, _NEIGHBOURS, len(strata))]


def _compare(name: str, limit: float, got: Any, wanted: Any, scale: float, z: float) -> None:
    if abs(wanted) > _LEAST:
        within(limit, got, wanted, scale, where=f"the {name} at z = {z!r}")
    else:
        within(limit, got, 0.0, _LEAST / np.finfo(np.float64).eps, where=f"the {name} at z = {z!r}")
