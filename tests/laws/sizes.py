"""The size of the terms that a result is the sum of, by the definition in float64.

What laws.reference and laws.reference_pairs say of one row at 240 digits, said of many and longer
rows with the definition's own operators: sizes need no more than a digit. An error of one ULP of
such a size is what rounding each term once does.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from laws.bounds import NO_CONVEXITY, SIGN_CHANGING_DERIVATIVES
from laws.reference import PROBABILITIES
from softgrad import OutputLayer
from softgrad.contracts.canonical import Canonical
from softgrad.contracts.forms import Form, Forms, LivesOn
from softgrad.contracts.links import Link, links
from softgrad.layer.prepare import Call
from softgrad.layer.request import Request


def times(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """x y, where nothing times infinity is nothing."""
    with np.errstate(all="ignore"):
        return np.where((x == 0) | (y == 0), 0.0, x * y)


def matrix_times(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    """|A| |x|, row by row."""
    return np.sum(times(np.abs(a), np.abs(x)[..., None, :]), axis=-1)


def dense(operator: Any) -> np.ndarray:
    """|A|, shape (..., n, n)."""
    return np.abs(operator.to_dense())


def second_derivatives(form: Form, rowwise: bool) -> np.ndarray:
    """|second derivative of r_k|, entry [..., k, i, j]."""
    basis = np.eye(form.value.shape[-1])
    if not rowwise:
        own = np.abs(form.curvature(np.ones_like(form.value)).diagonal())
        return np.einsum("...k,ki,kj->...kij", own, basis, basis)
    each = [dense(form.curvature(np.broadcast_to(e, form.value.shape))) for e in basis]
    return np.stack(each, axis=-3)


def size_of_first(activation: Any, form: Form, z: np.ndarray) -> np.ndarray:
    """|J|; of derivatives that pass through 0 anywhere, as `ExactActivation.slope_scale`."""
    J = dense(form.jacobian())
    if activation.name not in SIGN_CHANGING_DERIVATIVES:
        return J
    z = np.where(np.isfinite(z), np.abs(z), 0.0)
    return J + np.einsum("...kij,...j->...ki", second_derivatives(form, activation.rowwise), z)


def size_of_second(activation: Any, form: Form) -> np.ndarray:
    """As `ExactActivation.second_scale`: of maps of rows also r (d log r)^2."""
    bend = second_derivatives(form, activation.rowwise)
    if activation.name in SIGN_CHANGING_DERIVATIVES:  # the second one passes through 0, too
        return bend + np.einsum("...ki,kj->...kij", dense(form.jacobian()), np.eye(bend.shape[-1]))
    if not activation.rowwise:
        return bend
    rates = np.where(form.value == 0, 0.0, 1.0 / np.abs(form.value))
    J = dense(form.jacobian())
    return bend + np.einsum("...k,...ki,...kj->...kij", rates, J, J)


def uncertainty(activation: Any, forms: Forms, link: Link) -> np.ndarray:
    """How far rounding may carry each entry of what a loss lives on, in ULP of 1."""
    value = np.abs(link.representation.value)
    if link.loss.lives_on is LivesOn.OUTPUT and activation.domain.kind in PROBABILITIES:
        return np.minimum(value, np.abs(1.0 - value))
    return np.where(np.isfinite(value), value, 0.0)


class SizesOfAMap:
    """Of an activation's products with g and v at logits z, each of shape (..., n)."""

    def __init__(self, activation: Any, z: Any, g: Any, v: Any, where: Any = None) -> None:
        with np.errstate(all="ignore"):
            call = Canonical.of(np.asarray(z, dtype=np.float64), "z", -1, where)
            output = call.forms(activation).output
            J = size_of_first(activation, output, call.entries)
            self.vjp = matrix_times(np.swapaxes(J, -1, -2), g)
            self.jvp = matrix_times(J, v)
            bend = size_of_second(activation, output)
            self.hvp = np.einsum("...k,...kij,...j->...i", np.abs(g), bend, np.abs(v))


class SizesOfAPair:
    """Of a pair's results before reduction, weights included: value (...), others (..., n)."""

    def __init__(self, layer: OutputLayer, z: Any, target: Any, **options: Any) -> None:
        target = np.asarray(target)
        wide = target if target.dtype.kind in "iu" else target.astype(np.float64)
        merged: Any = {**layer.settings, **options}
        with np.errstate(all="ignore"):
            z = np.asarray(z, dtype=np.float64)
            self._call = call = Call(layer.activation, layer.loss, z, wide, Request(merged))
            found = links(layer.loss, call.forms, call.target)
            self._links = [_SizesOfALink(layer.activation, call.forms, link) for link in found]
            self._weight = np.ones(call.layout.batch_shape) if call.factor is None else call.factor

    @cached_property
    def value(self) -> np.ndarray:
        with np.errstate(all="ignore"):
            return times(self._weight, sum(link.value for link in self._links))

    @cached_property
    def gradient(self) -> np.ndarray:
        return self._entries([link.gradient for link in self._links])

    @cached_property
    def diagonal(self) -> np.ndarray:
        return self._entries([link.diagonal for link in self._links])

    def product(self, v: np.ndarray) -> np.ndarray:
        """Of the Hessian times v."""
        with np.errstate(all="ignore"):
            return self._entries([matrix_times(link.hessian, v) for link in self._links])

    def _entries(self, found: list[np.ndarray]) -> np.ndarray:
        with np.errstate(all="ignore"):
            return self._call.layout.leave(np, times(self._weight[..., None], sum(found)))


@dataclass
class _SizesOfALink:
    """Of one side of one loss: the chain rule's terms, as `laws.reference_pairs.ExactPair`."""

    activation: Any
    forms: Forms
    link: Link

    @cached_property
    def slope(self) -> np.ndarray:
        with np.errstate(all="ignore"):
            return np.abs(self.link.slope)

    @cached_property
    def uncertainty(self) -> np.ndarray:
        """How far one rounding may carry each entry of what the loss lives on."""
        value = np.abs(self.link.representation.value)
        on_output = self.link.loss.lives_on is LivesOn.OUTPUT
        if on_output and self.activation.domain.kind in PROBABILITIES:
            return np.minimum(value, np.abs(1.0 - value))
        return np.where(np.isfinite(value), value, 0.0)

    @cached_property
    def bend(self) -> np.ndarray:
        with np.errstate(all="ignore"):
            H = dense(self.link.bend)
            if self.link.loss.name != "cosine":
                return H
            # Four terms that cancel, each as large as the inverse square of the length.
            p = self.link.representation.value
            return H + (1.0 / np.sum(p * p, axis=-1))[..., None, None]

    @cached_property
    def jacobian(self) -> np.ndarray:
        with np.errstate(all="ignore"):
            form = self.link.representation
            return size_of_first(self.activation, form, self.forms.logits)

    @cached_property
    def felt_slope(self) -> np.ndarray:
        """|g|, and what rounding the representation does to it."""
        return self.slope + matrix_times(self.bend, self.uncertainty)

    @property
    def value(self) -> np.ndarray:
        value = np.abs(self.link.loss.row_value(self.link.forms, self.link.target))
        if self.link.loss.name == "poisson":  # r and t log r cancel, near r = t
            r, t = self.link.representation.value, self.link.target
            value = np.sum(np.abs(r) + np.abs(times(t, np.log(r))), axis=-1)
        u = 1.0 + 0.0 * self.slope if self.link.loss.needs_potential else self.uncertainty
        return value + np.sum(times(self.slope, u), axis=-1)

    @property
    def gradient(self) -> np.ndarray:
        if self.link.loss.needs_potential:  # a(z) - t
            a = np.abs(self.forms.p)
            if self.activation.domain.kind in ("simplex", "coins"):
                a = np.minimum(a, np.abs(1.0 - a))
            return self.slope + np.where(np.isfinite(a), a, 0.0)
        return matrix_times(np.swapaxes(self.jacobian, -1, -2), self.felt_slope)

    @property
    def diagonal(self) -> np.ndarray:
        return np.diagonal(self.hessian, axis1=-2, axis2=-1)

    @cached_property
    def hessian(self) -> np.ndarray:
        with np.errstate(all="ignore"):
            if self.link.loss.needs_potential:
                return dense(self.forms.output.jacobian())
            form, J = self.link.representation, self.jacobian
            H = np.nan_to_num(self.bend)
            carried = np.swapaxes(J, -1, -2) @ H @ J
            if self.link.loss.lives_on is LivesOn.LOGITS:
                return carried
            if self.link.loss.lives_on is LivesOn.OUTPUT:
                second = size_of_second(self.activation, form)
            else:
                second = second_derivatives(form, self.activation.rowwise)
                if self.activation.name in (*NO_CONVEXITY, "normalised_softplus"):
                    second = second + np.einsum("...ki,...kj->...kij", J, J)
            return carried + np.einsum("...k,...kij->...ij", np.nan_to_num(self.felt_slope), second)
