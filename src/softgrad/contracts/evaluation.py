"""An activation at given logits: by a bridge, by a kernel, or by its definition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from softgrad.arrays.layout import Axis, named_axes
from softgrad.arrays.namespaces import Array
from softgrad.arrays.outputs import check_outputs
from softgrad.contracts.canonical import Canonical
from softgrad.contracts.fast_paths import FormName, MapKernel, Work, bridge_of, fast_paths
from softgrad.contracts.forms import Form
from softgrad.errors import CapabilityError

if TYPE_CHECKING:
    from softgrad.contracts.activation import Activation


def evaluate(
    activation: Activation,
    form: FormName,
    work: Work,
    z: Any,
    axis: Axis = -1,
    where: Any = None,
    out: Any = None,
    g: Any = None,
    v: Any = None,
) -> Array:
    """A form of the output, or a product with its derivatives, of z's shape.

    By the bridge of z's framework; by a kernel as it was given; else made regular, by a kernel or
    the definition.

    Raises:
        CapabilityError: the activation has no such form.
    """
    if z.__class__ is not np.ndarray:  # asked here too, for a small call is as dear as its frames
        bridge = bridge_of(z)
        if bridge is not None:
            return bridge.map(form, work, activation, z, axis, where, out, g, v)
    kernel: MapKernel | None = None
    if form == "output":
        kernel = fast_paths.maps[activation.__class__]
    if kernel is not None:
        result = kernel(work, activation, z, axis, where, out, g, v)
        if result is not None:
            return result
    with np.errstate(all="ignore"):
        call = _read(activation, z, axis, where, out, g=g, v=v)
        g = call.vector(g, "g") if work in (Work.VJP, Work.HVP) else None
        v = call.vector(v, "v") if work in (Work.JVP, Work.HVP) else None
        result = None
        if kernel is not None and call.xp is np:
            result = kernel(work, activation, call.entries, -1, call.keep, None, g, v)
        if result is None:
            result = by_definition(work, _form(activation, form, call), g, v)
        return call.finish(result, out)


def _read(
    activation: Activation, z: Any, axis: Axis, where: Any, out: Any, **vectors: Any
) -> Canonical:
    if not activation.rowwise:
        # Entry by entry no class axis is needed: a bare number is welcome. An axis that is none
        # is refused all the same.
        named_axes(axis)
        axis = ()
    call = Canonical.of(z, "z", axis, where)
    if out is not None:
        check_outputs(call.operand, {"out": out}, {"z": z, "where": where, **vectors})
    return call


def _form(activation: Activation, name: FormName, call: Canonical) -> Form:
    forms = call.forms(activation)
    if name == "output":
        return forms.output
    if name == "log" and not forms.has_log:
        raise CapabilityError(f"{activation!r} has no logarithm: its output is not positive")
    if name == "complement" and not forms.has_complement:
        raise CapabilityError(f"{activation!r} has no complement: its output is no probability")
    return forms.log if name == "log" else forms.complement


def by_definition(work: Work, form: Form, g: Array | None, v: Array | None) -> Array:
    """What a map's kernel is asked for, by the activation's own formulas, shape (..., n)."""
    if work is Work.VJP:
        return form.jacobian().T @ g
    if work is Work.JVP:
        return form.jacobian() @ v
    if work is Work.HVP:
        return form.curvature(g) @ v
    return form.value
