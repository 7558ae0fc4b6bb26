"""Losses of rows as a primitive: the loss of each, its gradient, and the Hessian times a vector.

The change of a loss is its gradient times that of the logits, which JAX transposes itself; that of
the gradient is the Hessian times it, which is its own transpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from softgrad.contracts.loss import Loss
from softgrad.jax.derivatives import is_zero, refuse, refuse_third, total
from softgrad.jax.meshes import varying_alike
from softgrad.jax.primitives import define
from softgrad.jax.untyped import PartitionSpec, ad, jnp
from softgrad.layer.output_layer import OutputLayer
from softgrad.layer.rows import Axes, RowsWork, computed, rows_shape


@dataclass(frozen=True)
class RowsCall:
    """A loss of each row: of logits through `layer`, or of predictions where there is none."""

    layer: OutputLayer | None
    loss: Loss
    axes: Axes
    work: RowsWork
    names: tuple[str, ...]  # z, target, where, v: those that there are
    needs_jax = False

    def computed(
        self, z: Any, target: Any, where: Any = None, v: Any = None, out: Any = None
    ) -> Any:
        """See `softgrad.jax.primitives.Asked`."""
        options = {} if where is None else {"where": where}
        asked = (self.layer, self.loss, self.axes, self.work, z, target, v)
        if out is None:
            return computed(*asked, options)
        if self.layer is not None and self.work in (RowsWork.GRADIENT, RowsWork.HVP):
            return computed(*asked, {**options, "out": out})
        out[...] = computed(*asked, options)
        return out

    def shaped(self, z: Any, target: Any, **_: Any) -> Any:
        """See `softgrad.jax.primitives.Asked`."""
        if self.work is RowsWork.VALUES:
            shape, sharding = rows_shape(z.shape, self.axes), rows_sharding(z, self.axes)
            return z.update(shape=shape, dtype=of_rows(z.dtype), sharding=sharding)
        return target if self.work is RowsWork.TARGET_GRADIENT else z


def of_rows(dtype: Any) -> Any:
    """What numbers of rows are computed in, for logits of that dtype."""
    return jnp.dtype(jnp.float64 if dtype == jnp.float64 else jnp.float32)


def rows_sharding(z: Any, axes: Axes) -> Any:
    """How one number a row is laid out on a mesh, for logits of the abstract value `z`."""
    sharding = z.sharding
    spec = (*sharding.spec, *(None,) * (z.ndim - len(sharding.spec)))
    return sharding.update(spec=PartitionSpec(*rows_shape(cast(Any, spec), axes)))


ROWS = define("rows")


def rows(
    layer: OutputLayer | None, loss: Loss, axes: Axes, work: RowsWork, z: Any, target: Any,
    **others: Any,
) -> Any:  # fmt: skip
    """The primitive of these arrays; one that is None is not there."""
    given = {name: x for name, x in others.items() if x is not None}
    arrays = {"z": z, "target": target, **given}
    call = RowsCall(layer, loss, axes, work, tuple(arrays))
    return ROWS.bind(*varying_alike(*arrays.values()), call=call)


def _again(call: RowsCall, work: RowsWork, at: dict[str, Any], **others: Any) -> Any:
    given = (call.layer, call.loss, call.axes, work, at["z"], at["target"])
    return rows(*given, where=at.get("where"), **others)


def _along(primals: Any, tangents: Any, *, call: RowsCall) -> Any:
    at = dict(zip(call.names, primals, strict=True))
    by = dict(zip(call.names, tangents, strict=True))
    found = ROWS.bind(*primals, call=call)
    work, parts = call.work, list[Any]()
    if not is_zero(by["z"]):
        if work is RowsWork.VALUES:
            slopes = _again(call, RowsWork.GRADIENT, at)
            parts.append(_product(call, slopes, by["z"]))
        elif work is RowsWork.GRADIENT:
            parts.append(_again(call, RowsWork.HVP, at, v=by["z"]))
        elif work is RowsWork.TARGET_GRADIENT:
            _refuse_by_target(call)
        else:
            refuse_third(call.loss)
    if not is_zero(by["target"]):
        if work is not RowsWork.VALUES:
            _refuse_by_target(call)
        slopes, change = _again(call, RowsWork.TARGET_GRADIENT, at), by["target"]
        per_row = slopes.ndim < at["z"].ndim
        parts.append(slopes * change if per_row else _product(call, slopes, change))
    if "v" in by and not is_zero(by["v"]):
        parts.append(_again(call, work, at, v=by["v"]))
    return found, total(found, parts)


def _refuse_by_target(call: RowsCall) -> None:
    instead = "stop_gradient the target"
    refuse("a second derivative by the target", call.loss, instead)


def _product(call: RowsCall, slopes: Any, change: Any) -> Any:
    """slopes . change of each row, in what rows are computed in."""
    dtype = of_rows(slopes.dtype)
    product = slopes.astype(dtype) * change.astype(dtype)
    return jnp.sum(product, axis=call.axes) if call.axes else product


def _back(ct: Any, *operands: Any, call: RowsCall) -> Any:
    at = dict(zip(call.names, operands, strict=True))
    back = None if is_zero(ct) else _again(call, call.work, at, v=ct)
    return [back if name == "v" else None for name in call.names]


ad.primitive_jvps[ROWS] = _along
ad.primitive_transposes[ROWS] = _back
