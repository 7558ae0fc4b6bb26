"""What the calls of this room have in common: arrays that belong together."""

from __future__ import annotations

from typing import Any

from softgrad.arrays.autodiff import differentiable
from softgrad.arrays.layout import Layout
from softgrad.arrays.namespaces import Arithmetic, as_mask, as_operand
from softgrad.errors import InputTypeError, ShapeError
from softgrad.jax.untyped import jnp


def as_logits(z: Any, argument: str = "z") -> Any:
    """Floating numbers as they are; integers as JAX's widest, as everywhere in softgrad."""
    if jnp.issubdtype(z.dtype, jnp.floating) and z.dtype.itemsize > 1:
        return z
    if jnp.issubdtype(z.dtype, jnp.integer):
        return z.astype(float)
    with differentiable():
        return as_operand(z, argument).array  # or what is wrong with it, in words


def beside(value: Any, argument: str) -> Any:
    """`value` as an array of JAX's.

    Raises:
        InputTypeError: it is nothing that an array is made of.
    """
    try:
        return jnp.asarray(value)
    except (TypeError, ValueError) as error:
        raise InputTypeError(f"{argument} is no array, nor made of numbers: {error}") from None


def mask_beside(where: Any, z: Any, layout: Layout) -> Any:
    """`where` as a mask of z's shape, or None."""
    if where is None:
        return None
    return as_mask(beside(where, "where"), Arithmetic(jnp, z.dtype), layout.shape)


def vector_beside(value: Any, z: Any, argument: str) -> Any:
    """A vector of z's shape and dtype, or None."""
    if value is None:
        return None
    vector = beside(value, argument)
    if vector.shape != z.shape:
        raise ShapeError(f"{argument} has shape {vector.shape}; expected z's, {z.shape}")
    return vector.astype(z.dtype)


def refuse_out(*outputs: Any) -> None:
    """Raise where an output is given: arrays of JAX's are never written to.

    Raises:
        InputTypeError: one is given.
    """
    if any(out is not None for out in outputs):
        raise InputTypeError("out cannot be written in place: arrays of JAX's are immutable")
