"""What arrays on a mesh have in their types, and primitives of several have to bring together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from softgrad.jax.untyped import jax

_auto_axes = getattr(jax.sharding, "auto_axes", None)


def varying_alike(*arrays: Any) -> tuple[Any, ...]:
    """The arrays, each with a value of its own on each device where one of them has (`shard_map`).

    What varies between devices and what does not have different types; JAX's own functions bring
    them together, and a derivative by what does not vary is then the sum over all devices.
    """
    named = [_varying(array) for array in arrays]
    axes = frozenset[Any]().union(*named)
    if not axes:
        return arrays
    return tuple(
        _vary(array, tuple(sorted(axes - own))) for array, own in zip(arrays, named, strict=True)
    )


def _varying(array: Any) -> frozenset[Any]:
    if not isinstance(array, jax.core.Tracer):
        return frozenset()
    kind: Any = array.aval
    if hasattr(kind, "mat"):
        return frozenset(kind.mat.varying)
    return frozenset(getattr(kind, "vma", ()))  # as older JAX has it


def _vary(array: Any, axes: tuple[Any, ...]) -> Any:
    if not axes:
        return array
    if hasattr(jax.lax, "pcast"):
        return jax.lax.pcast(array, axes, to="varying")
    return jax.lax.pvary(array, axes)


def sharded_as(array: Any, like: Any) -> Any:
    """`array`, of as many axes as `like`, laid out as that is on a mesh whose axes are explicit."""
    wanted = _explicit(like)
    if wanted is None or array is None or array.ndim != like.ndim:
        return array
    own = _explicit(array)
    if own is not None and own.spec == wanted.spec:
        return array
    return jax.sharding.reshard(array, wanted)


def _explicit(array: Any) -> Any:
    """The sharding that is part of the array's type; None where there is none."""
    sharding = getattr(jax.typeof(array), "sharding", None) if _auto_axes else None
    return None if sharding is None or sharding.mesh.empty else sharding


def on_any_mesh(function: Callable[..., Any], sharding: Any) -> Callable[..., Any]:
    """`function`, in which XLA chooses the layout, with a result that is laid out by `sharding`."""
    mesh = getattr(sharding, "mesh", None)
    if _auto_axes is None or mesh is None or mesh.empty or not mesh.explicit_axes:
        return function
    return _auto_axes(function, axes=mesh.explicit_axes, out_sharding=sharding)
