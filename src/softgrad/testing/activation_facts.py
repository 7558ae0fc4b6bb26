"""What every activation keeps to, and what its class declares: no definition is needed for that.

Each function is a law: it raises AssertionError where an activation breaks it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.layer import OutputLayer
from softgrad.testing.comparing import expect, near, rounding
from softgrad.testing.limits import Limits
from softgrad.testing.points import logits

_U = np.array([1.5, -0.75, 0.25, 3.0])
_V = np.array([-0.5, 2.0, 0.125, -1.0])
_KEEP = np.array([True, False, True, True])
#: A row is as it is alone up to the order in which its entries are summed.
_ROUNDINGS = 8.0


def outputs_lie_in_the_declared_domain(activation: Any, limits: Limits) -> None:
    """The outputs lie in the domain that the class declares."""
    z = logits(activation)
    p = activation(z)
    outside = activation.domain.excludes(p)
    # The output of a positive function may underflow, and that of a probability round to 1.
    outside &= ~((p == activation.domain.low) | (p == activation.domain.high))
    for row in np.flatnonzero(np.any(outside, axis=-1)):
        raise AssertionError(
            f"got {p[row].tolist()}, expected {activation.domain}; z = {z[row].tolist()}"
        )
    total = np.sum(np.exp(p) if activation.domain.kind == "log-simplex" else p, axis=-1)
    if activation.domain.kind in ("simplex", "log-simplex"):
        near(total, np.ones(len(z)), 1e-14, where=f"the sum of each row at z = {z.tolist()}")
    if activation.domain.kind == "sub-simplex":
        expect(bool(np.all(total <= 1.0 + 1e-14)), f"rows sum to {total.tolist()}; expected <= 1")


def entries_do_not_feel_each_other(activation: Any, limits: Limits) -> None:
    """With rowwise = False an output depends on its own logit alone."""
    if activation.rowwise:
        return
    z = logits(activation)
    alone = activation(z[:, 1:2])
    near(alone[:, 0], activation(z)[:, 1], 0.0, where="entry 1 of each row, alone and in its row")
    dense = activation.jacobian(z).to_dense()
    slope = activation.jacobian(z[:, 1:2]).to_dense()[:, 0, 0]
    near(slope, dense[:, 1, 1], 0.0, where="the slope of entry 1 of each row, alone and in its row")
    diagonal = dense * np.eye(z.shape[-1])
    near(dense, diagonal, 0.0, where=f"the Jacobian at z = {z.tolist()}")


def a_declared_symmetry_is_real(activation: Any, limits: Limits) -> None:
    """With symmetric = True the Jacobian is symmetric."""
    if activation.symmetric:
        z = logits(activation)
        dense = activation.jacobian(z).to_dense()
        _near_rows(dense, np.swapaxes(dense, -1, -2), rounding(dense, _ROUNDINGS), z)


def a_declared_shift_invariance_is_real(activation: Any, limits: Limits) -> None:
    """With shift_invariant = True adding a number to a row changes nothing."""
    if not activation.shift_invariant:
        return
    z = np.rint(logits(activation) * 2.0**10) / 2.0**10
    still, moved = activation(z), activation(z + 512.0)  # exact: both are dyadic
    eps = float(np.finfo(np.float64).eps)
    _near_rows(moved, still, 2.0 * limits.value * eps * np.abs(still), z)


def products_are_adjoint(activation: Any, limits: Limits) -> None:
    """<u, J v> is <J^T u, v>."""
    z = logits(activation)
    u, v = np.broadcast_to(_U, z.shape), np.broadcast_to(_V, z.shape)
    left = np.sum(u * activation.jvp(z, v), axis=-1)
    right = np.sum(activation.vjp(z, u) * v, axis=-1)
    size = np.max(np.abs(activation.jacobian(z).to_dense()), axis=(-2, -1), initial=0.0)
    scale = size * np.sum(np.abs(_U)) * np.sum(np.abs(_V))
    _near_rows(left, right, _ROUNDINGS * np.finfo(z.dtype).eps * scale, z)


def the_curvature_is_symmetric(activation: Any, limits: Limits) -> None:
    """The curvature, a sum of Hessians, is symmetric."""
    z = logits(activation)
    dense = activation.curvature(z, np.broadcast_to(_U, z.shape)).to_dense()
    # Its terms are as large as the Jacobian, and may leave little.
    allowed = rounding(dense, 64.0) + rounding(activation.jacobian(z).to_dense(), 64.0)
    _near_rows(dense, np.swapaxes(dense, -1, -2), allowed, z)


def the_potential_has_the_output_as_its_gradient(activation: Any, limits: Limits) -> None:
    """With has_potential = True the Fenchel-Young loss is 0 where a(z) = t, and never negative."""
    if not activation.has_potential:
        return
    z: Array = logits(activation)[:2]
    layer = OutputLayer(activation, "fenchel_young", check_target=False)
    attained: Array = activation(z)
    eps = float(np.finfo(np.float64).eps)
    size = np.sum(np.abs(attained) * (1.0 + np.abs(z)), axis=-1)
    at_ease = layer.value(z, attained)
    _near_rows(at_ease, np.zeros(len(z)), 16.0 * limits.value * eps * size, z)
    elsewhere = layer.value(z, attained[::-1])
    expect(
        bool(np.all(elsewhere >= -16.0 * limits.value * eps * size)),
        f"got a loss of {elsewhere.tolist()}, expected >= 0; z = {z.tolist()}, targets the "
        f"outputs at z[::-1]",
    )


def a_mask_is_the_same_as_leaving_entries_out(activation: Any, limits: Limits) -> None:
    """Masked entries are as good as absent, in the output, the Jacobian and its products."""
    if "noise" in activation.hyper_parameters:  # noise belongs to a place
        return
    z = logits(activation)[:3]
    v = np.ascontiguousarray(z[::-1])
    masked, short = activation(z, where=_KEEP), activation(z[:, _KEEP])
    near(masked[:, _KEEP], short, rounding(short, _ROUNDINGS), where=f"where={_KEEP.tolist()}")
    nothing = -np.inf if activation.domain.kind.startswith("log-") else 0.0
    near(masked[:, ~_KEEP], np.full((3, 1), nothing), 0.0, where="the output of masked entries")
    dense = activation.jacobian(z, where=_KEEP).to_dense()
    less = activation.jacobian(z[:, _KEEP]).to_dense()
    near(dense[:, _KEEP][:, :, _KEEP], less, rounding(less, 16.0), where="the masked Jacobian")
    expect(not np.any(dense[:, ~_KEEP]), "masked outputs have a derivative")
    expect(not np.any(dense[:, :, ~_KEEP]), "masked logits have a derivative")
    bent = activation.hvp(z, v, v, where=_KEEP)
    less = activation.hvp(z[:, _KEEP], v[:, _KEEP], v[:, _KEEP])
    near(bent[:, _KEEP], less, rounding(less, 128.0), where="the masked hvp")
    expect(not np.any(bent[:, ~_KEEP]), "masked logits have a second derivative")


def nan_stays_in_its_row(activation: Any, limits: Limits) -> None:
    """NaN makes its own output NaN (of a map of whole rows its row), and changes no other row."""
    z = logits(activation)[:3]
    spoiled = z.copy()
    spoiled[1, 2] = np.nan
    result, clean = activation(spoiled), activation(z)
    where = f"z = {spoiled.tolist()}"
    near(np.delete(result, 1, 0), np.delete(clean, 1, 0), 0.0, where=where)
    # A surrogate such as hardmax may still name a class.
    felt = result[1] if activation.rowwise and activation.derivative_is_exact else result[1, 2]
    told = f"got {result[1].tolist()} of row 1, expected nan; {where}"
    expect(bool(np.all(np.isnan(felt))), told)


def rows_do_not_feel_each_other(activation: Any, limits: Limits) -> None:
    """A row gives what it gives alone, along whichever axis it lies."""
    z = logits(activation)[:2]
    expected = activation(z)
    for i in range(2):
        near(activation(z[i]), expected[i], rounding(expected[i], 4.0), where=f"row {i} alone")
    allowed = rounding(expected, 4.0)
    near(activation(z.T, axis=0).T, expected, allowed, where="axis=0 of z.T")
    deep = z[:, None, :, None]
    where = "axis=2 of z[:, None, :, None]"
    near(activation(deep, axis=2)[:, 0, :, 0], expected, allowed, where=where)
    dense = activation.jacobian(z).to_dense()
    turned = activation.jacobian(z.T, axis=0).to_dense()
    near(turned, dense, rounding(dense, 4.0), where="the Jacobian along axis=0 of z.T")


def an_empty_batch_gives_empty_results(activation: Any, limits: Limits) -> None:
    """No rows give no rows."""
    z = np.zeros((0, 4))
    shapes = activation(z).shape, activation.vjp(z, z).shape
    expect(shapes == ((0, 4), (0, 4)), f"got shapes {shapes} of z of shape (0, 4)")
    dense = activation.jacobian(z).to_dense().shape
    expect(dense == (0, 4, 4), f"got a Jacobian of shape {dense} of z of shape (0, 4)")


def the_logits_are_left_as_they_are(activation: Any, limits: Limits) -> None:
    """A call changes nothing that it is given, and the next one gives the same."""
    if "noise" in activation.hyper_parameters:
        return
    z = logits(activation)
    before = z.copy()
    first = activation(z), activation.jacobian(z).to_dense()
    near(z, before, 0.0, where="the logits after a call")
    near(activation(z), first[0], 0.0, where="the output of a second call")
    near(activation.jacobian(z).to_dense(), first[1], 0.0, where="the Jacobian of a second call")


def derivatives_at_ties_are_numbers(activation: Any, limits: Limits) -> None:
    """At ties and at 0, derivatives are finite: the convention of the class."""
    z = np.array([[0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0], [0.5, 2.0, 2.0, -1.0]])
    dense = activation.jacobian(z).to_dense()
    expect(bool(np.all(np.isfinite(dense))), f"got {dense.tolist()}; z = {z.tolist()}")


LAWS = (
    outputs_lie_in_the_declared_domain,
    entries_do_not_feel_each_other,
    a_declared_symmetry_is_real,
    a_declared_shift_invariance_is_real,
    products_are_adjoint,
    the_curvature_is_symmetric,
    the_potential_has_the_output_as_its_gradient,
    a_mask_is_the_same_as_leaving_entries_out,
    nan_stays_in_its_row,
    rows_do_not_feel_each_other,
    an_empty_batch_gives_empty_results,
    the_logits_are_left_as_they_are,
    derivatives_at_ties_are_numbers,
)


def _near_rows(got: Array, wanted: Array, allowed: Array, z: Array) -> None:
    """Row by row, so that the message names the logits."""
    for i, row in enumerate(z.tolist()):
        limit = np.broadcast_to(allowed, got.shape)[i]
        near(got[i], wanted[i], limit, where=f"z = {row}")
