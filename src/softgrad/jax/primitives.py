"""What JAX sees of softgrad: primitives that say how they are computed, shaped and batched.

A primitive has one parameter, `call`: what is asked, without arrays. Its operands are the arrays
that `call.names` names. Derivatives are added by `maps` and `rows`, where each is a
primitive again.
"""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any, Protocol

import numpy as np

from softgrad.arrays.autodiff import differentiable
from softgrad.contracts.fast_paths import definitions
from softgrad.jax.kernel_calls import by_kernel
from softgrad.jax.meshes import on_any_mesh
from softgrad.jax.untyped import Primitive, batching, jax, jnp, mlir
from softgrad.kernels.availability import availability


class Asked(Protocol):
    """What a primitive is asked for; compares and hashes by value."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the operands, in their order."""
        ...

    @property
    def needs_jax(self) -> bool:
        """Whether NumPy's arrays cannot serve it."""
        ...

    def computed(self, *, out: Any = None, **arrays: Any) -> Any:
        """The result, of arrays of JAX's or NumPy's; of those it is written to `out`, if given."""
        ...

    def shaped(self, **avals: Any) -> Any:
        """The abstract value of the result."""
        ...


def define(name: str) -> Any:
    """A primitive without derivatives."""
    primitive = Primitive(f"softgrad_{name}")
    primitive.def_impl(partial(_at_once, primitive))
    primitive.def_abstract_eval(_shaped)
    mlir.register_lowering(primitive, _defined)
    mlir.register_lowering(primitive, _on_the_cpu, platform="cpu")
    batching.primitive_batchers[primitive] = partial(_batched, primitive)
    return primitive


def _by_definition(*arrays: Any, call: Asked) -> Any:
    with definitions(), differentiable():
        return call.computed(**dict(zip(call.names, arrays, strict=True)))


def _defined(context: Any, *operands: Any, call: Asked) -> Any:
    (aval,) = context.avals_out
    function = on_any_mesh(partial(_by_definition, call=call), getattr(aval, "sharding", None))
    return mlir.lower_fun(function, multiple_results=False)(context, *operands)


def _on_the_cpu(context: Any, *operands: Any, call: Asked) -> Any:
    """By kernels, in a program for one device: on a mesh XLA would bring all rows to each.

    A program that is exported is for other processes, which have not these kernels.
    """
    devices = getattr(context.module_context.axis_context, "num_devices", None)
    leaves = context.module_context.lowering_parameters.for_export
    if leaves or devices != 1 or call.needs_jax or availability().native is None:
        return _defined(context, *operands, call=call)
    (aval,) = context.avals_out
    like = jax.ShapeDtypeStruct(aval.shape, aval.dtype)
    lowered = mlir.lower_fun(partial(by_kernel, like=like), multiple_results=False)
    return lowered(context, *operands, call=call)


def _shaped(*avals: Any, call: Asked) -> Any:
    return call.shaped(**dict(zip(call.names, avals, strict=True))).update(weak_type=False)


def _at_once(primitive: Any, *arrays: Any, call: Asked) -> Any:
    """Of arrays with values: by softgrad on NumPy's view of them where they lie on the one CPU."""
    if call.needs_jax or not all(_is_on_the_cpu(one) for one in arrays):
        with jax.disable_jit(False):  # which would come back here
            return _compiled(primitive, call)(*arrays)
    views = (np.asarray(one) for one in arrays)
    return jnp.asarray(call.computed(**dict(zip(call.names, views, strict=True))))


def _is_on_the_cpu(array: Any) -> bool:
    if not isinstance(array, jax.Array):
        return True
    devices = array.devices()
    return len(devices) == 1 and next(iter(devices)) is _only_cpu()


@lru_cache(1)
def _only_cpu() -> Any:
    """The one device there is, if it is a CPU."""
    devices = jax.devices()
    return devices[0] if len(devices) == 1 and devices[0].platform == "cpu" else None


# (The oldest are forgotten: a hyper-parameter that changes at every step makes a call a step.)
@lru_cache(1024)
def _compiled(primitive: Any, call: Asked) -> Any:
    return jax.jit(partial(primitive.bind, call=call))


def _batched(primitive: Any, arrays: Any, axes: Any, *, call: Asked) -> Any:
    size = next(a.shape[d] for a, d in zip(arrays, axes, strict=True) if d is not None)
    moved = (
        jnp.broadcast_to(a, (size, *a.shape)) if d is None else jnp.moveaxis(a, d, 0)
        for a, d in zip(arrays, axes, strict=True)
    )
    return primitive.bind(*moved, call=call), 0
