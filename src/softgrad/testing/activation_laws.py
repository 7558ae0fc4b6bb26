"""What an activation is by its `exact` definition: value, logarithm, Jacobian, curvature.

Each function is a law: it raises AssertionError where an activation breaks it. Derivatives are
compared with numerical ones of `exact`, so that an error in a closed form cannot hide.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from mpmath import mp, mpf, workdps

from softgrad.arrays.namespaces import Array
from softgrad.errors import CapabilityError
from softgrad.testing.comparing import expect, near
from softgrad.testing.exact import (
    DIGITS,
    LOGARITHMS,
    PROBABILITIES,
    ExactActivation,
    as_rows,
    exact_activation,
    times,
    transposed,
)
from softgrad.testing.limits import Limits
from softgrad.testing.points import logits
from softgrad.testing.ulp import within

_COTANGENT = np.array([0.5, -1.25, 2.0, 0.75])
_VECTOR = np.array([1.5, -0.75, 0.25, 3.0])


def exact_rows(activation: Any) -> tuple[Array, list[ExactActivation]]:
    """The logits of the laws, and what is true at each row of them."""
    z = logits(activation)
    return z, [exact_activation(activation, row) for row in as_rows(z)]


def the_value_is_the_definition(activation: Any, dtype: Any, limits: Limits) -> None:
    """The value is that of `exact`."""
    z, exact = exact_rows(activation)
    for row, reference in zip(activation(z.astype(dtype)), exact, strict=True):
        scale = reference.value_scale if limits.felt_value else None
        within(limits.value, row, reference.value, scale, where=at(reference))


def the_logarithm_keeps_its_digits(activation: Any, dtype: Any, limits: Limits) -> None:
    """The logarithm is that of `exact`, also where the output is near 0 and near 1."""
    z, exact = exact_rows(activation)
    if not activation.forms(np, z).has_log:
        kind = activation.domain.kind
        expect(
            kind not in ("simplex", "coins") or activation.domain.has_low,
            f"a domain of positive probabilities ({activation.domain}) has a logarithm; forms has "
            "none",
        )
        return
    with workdps(DIGITS):
        for row, reference in zip(activation.log(z.astype(dtype)), exact, strict=True):
            logs = [mp.log(p) if p > 0 else mpf("-inf") for p in reference.value]
            # Of a probability without a condition number. Of a positive value, log f passes
            # through 0 where f is 1, and the rounding of z is felt: |z f' / f|.
            scale = None if activation.domain.kind != "values" else reference.log_scale
            within(limits.log, row, logs, scale, where=at(reference))


def the_complement_keeps_its_digits(activation: Any, dtype: Any, limits: Limits) -> None:
    """The complement is 1 less `exact`, also where the output is near 1."""
    z, exact = exact_rows(activation)
    if not activation.forms(np, z).has_complement:
        expect(
            activation.domain.kind not in PROBABILITIES,
            f"a domain of probabilities ({activation.domain}) has a complement; forms has none",
        )
        return
    with workdps(DIGITS):
        for row, reference in zip(activation.complement(z.astype(dtype)), exact, strict=True):
            wanted = [1 - p for p in reference.value]
            within(limits.complement, row, wanted, where=at(reference))


def the_jacobian_is_the_derivative(activation: Any, dtype: Any, limits: Limits) -> None:
    """The Jacobian is the derivative of `exact`."""
    z, exact = exact_rows(activation)
    limit = limits.row_jacobian if activation.rowwise else limits.jacobian
    dense = activation.jacobian(z.astype(dtype)).to_dense()
    for matrix, reference in zip(dense, exact, strict=True):
        scale = reference.slope_scale if limits.felt_slope else None
        within(limit, matrix, reference.jacobian, scale, where=at(reference))


def the_curvature_is_the_second_derivative(activation: Any, dtype: Any, limits: Limits) -> None:
    """The curvature for a cotangent g is sum_k g_k (second derivative of `exact`)."""
    z, exact = exact_rows(activation)
    g = _COTANGENT.astype(dtype)
    cotangents = np.broadcast_to(g, z.shape)
    dense = activation.curvature(z.astype(dtype), cotangents).to_dense()
    for matrix, reference in zip(dense, exact, strict=True):
        with workdps(DIGITS):
            total = sum(
                mpf(float(c)) * np.array(m) for c, m in zip(g, reference.second, strict=True)
            )
            sizes = reference.felt_second_scale if limits.felt_curvature else reference.second_scale
            scale = np.einsum("k,kij->ij", np.abs(g), sizes)
        within(limits.curvature, matrix, total, scale, where=at(reference))


def products_are_exact_in_the_size_of_their_terms(
    activation: Any, dtype: Any, limits: Limits
) -> None:
    """The products jvp and vjp are those with the derivative of `exact`."""
    z, exact = exact_rows(activation)
    v = _VECTOR
    vectors = np.broadcast_to(v, z.shape).astype(dtype)
    forward = activation.jvp(z.astype(dtype), vectors)
    backward = activation.vjp(z.astype(dtype), vectors)
    for jvp, vjp, reference in zip(forward, backward, exact, strict=True):
        J = reference.jacobian
        terms = np.abs(np.array(J, dtype=float))
        if limits.felt_curvature:
            terms = np.maximum(terms, reference.slope_scale)
        within(limits.product, jvp, times(J, v), terms @ np.abs(v), where=at(reference))
        within(
            limits.product, vjp, times(transposed(J), v), terms.T @ np.abs(v), where=at(reference)
        )


def the_output_determines_the_jacobian_where_it_says_so(
    activation: Any, dtype: Any, limits: Limits
) -> None:
    """The Jacobian by the output alone, where there is one, is the derivative of `exact`."""
    z, exact = exact_rows(activation)
    p = activation(z.astype(dtype))
    try:
        dense = activation.jacobian_from_output(p).to_dense()
    except CapabilityError:
        return  # it says so
    for matrix, reference in zip(dense, exact, strict=True):
        # The output is rounded: a derivative by it can be no better than that rounding allows.
        eps = float(np.finfo(dtype).eps)
        wanted = np.array(reference.jacobian, dtype=float)
        size = np.max(np.abs(wanted))
        spread = 1.0 if activation.domain.kind in (*PROBABILITIES, *LOGARITHMS) else size
        allowed = 16.0 * limits.jacobian * eps * max(size, spread)
        near(matrix, wanted, allowed, where=at(reference))


EXACT_LAWS = (
    the_value_is_the_definition,
    the_logarithm_keeps_its_digits,
    the_complement_keeps_its_digits,
)
#: Those of an activation whose derivative is one, and no surrogate.
EXACT_DERIVATIVE_LAWS = (
    the_jacobian_is_the_derivative,
    the_curvature_is_the_second_derivative,
    products_are_exact_in_the_size_of_their_terms,
    the_output_determines_the_jacobian_where_it_says_so,
)


def at(reference: ExactActivation) -> str:
    """The row of logits, for a message."""
    return f"z = {list(reference.z)}"
