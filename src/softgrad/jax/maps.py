"""Activations as a primitive that is closed under its derivatives.

    a(z)  --jvp-->  J v  --by z-->  bend(v, u)        J v  --transposed-->  J^T g
    J^T g  --by z-->  H(g) v                          H(g) v  --transposed-->  H(g) v, or bend

with H(g) = sum_k g_k (Hessian of a_k), and bend(v, u)_k = v^T (Hessian of a_k) u.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from softgrad.contracts.activation import Activation
from softgrad.contracts.evaluation import evaluate
from softgrad.contracts.fast_paths import FormName, Work
from softgrad.jax.derivatives import is_zero, refuse_third, total
from softgrad.jax.meshes import varying_alike
from softgrad.jax.primitives import define
from softgrad.jax.untyped import ad, jax, jnp
from softgrad.layer.rows import Axes


class MapWork(IntEnum):
    """What is asked of an activation: `Work`, and how J v changes along u."""

    FORWARD = Work.FORWARD
    VJP = Work.VJP
    JVP = Work.JVP
    HVP = Work.HVP
    BEND = len(Work)


@dataclass(frozen=True)
class MapCall:
    """A form of an activation's output, or a product with its derivatives."""

    activation: Activation
    form: FormName
    axes: Axes
    work: MapWork
    names: tuple[str, ...]  # z, where, g, v, u: those that there are

    @property
    def needs_jax(self) -> bool:
        """Whether JAX has to transpose it."""
        return self.work is MapWork.BEND and not self.bends_as_it_turns

    @property
    def bends_as_it_turns(self) -> bool:
        """Whether bend(v, u) is H(v) u: where the Jacobian is symmetric."""
        return self.form == "output" and self.activation.symmetric

    def computed(
        self,
        z: Any,
        where: Any = None,
        g: Any = None,
        v: Any = None,
        u: Any = None,
        out: Any = None,
    ) -> Any:
        """See `softgrad.jax.primitives.Asked`."""

        def product(work: Work, g: Any, v: Any) -> Any:
            return evaluate(self.activation, self.form, work, z, self.axes, where, out, g, v)

        if self.work is not MapWork.BEND:
            return product(Work(self.work), g, v)
        if self.bends_as_it_turns:
            return product(Work.HVP, v, u)

        # H(g) v is linear in g: its derivative there is the same at every g.
        def bent(g: Any) -> Any:
            return product(Work.HVP, g, v)

        _, turned = jax.vjp(bent, jnp.ones_like(z))
        return turned(u)[0]

    def shaped(self, z: Any, **_: Any) -> Any:
        """See `softgrad.jax.primitives.Asked`."""
        return z


MAP = define("map")


def map_(
    activation: Activation, form: FormName, axes: Axes, work: MapWork, z: Any, **others: Any
) -> Any:
    """The primitive of these arrays; one that is None is not there."""
    arrays = {"z": z, **{name: x for name, x in others.items() if x is not None}}
    call = MapCall(activation, form, axes, work, tuple(arrays))
    return MAP.bind(*varying_alike(*arrays.values()), call=call)


def _again(call: MapCall, work: MapWork, arrays: dict[str, Any], **others: Any) -> Any:
    where = arrays.get("where")
    return map_(call.activation, call.form, call.axes, work, arrays["z"], where=where, **others)


def _along(primals: Any, tangents: Any, *, call: MapCall) -> Any:
    at = dict(zip(call.names, primals, strict=True))
    by = dict(zip(call.names, tangents, strict=True))
    found = MAP.bind(*primals, call=call)
    work, parts = call.work, list[Any]()
    g, v = at.get("g"), at.get("v")
    dz = by.pop("z")
    if not is_zero(dz):
        if work is MapWork.FORWARD:
            parts.append(_again(call, MapWork.JVP, at, v=dz))
        elif work is MapWork.VJP:
            parts.append(_again(call, MapWork.HVP, at, g=g, v=dz))
        elif work is MapWork.JVP:
            parts.append(_again(call, MapWork.BEND, at, v=v, u=dz))
        else:
            refuse_third(call.activation)
    by.pop("where", None)
    # In all other arrays it is linear.
    vectors = {name: x for name, x in at.items() if name not in ("z", "where")}
    parts += (
        _again(call, work, at, **{**vectors, name: tangent})
        for name, tangent in by.items()
        if not is_zero(tangent)
    )
    return found, total(found, parts)


def _back(ct: Any, *operands: Any, call: MapCall) -> Any:
    at = dict(zip(call.names, operands, strict=True))
    (linear,) = (name for name, x in at.items() if ad.is_undefined_primal(x))
    g, v, u = at.get("g"), at.get("v"), at.get("u")
    if is_zero(ct):
        back: Any = None
    elif call.work is MapWork.JVP:
        back = _again(call, MapWork.VJP, at, g=ct)
    elif call.work is MapWork.VJP:
        back = _again(call, MapWork.JVP, at, v=ct)
    elif call.work is MapWork.HVP:
        if linear == "v":
            back = _again(call, MapWork.HVP, at, g=g, v=ct)
        else:
            back = _again(call, MapWork.BEND, at, v=v, u=ct)
    else:
        back = _again(call, MapWork.HVP, at, g=ct, v=v if linear == "u" else u)
    return [back if name == linear else None for name in call.names]


ad.primitive_jvps[MAP] = _along
ad.primitive_transposes[MAP] = _back
