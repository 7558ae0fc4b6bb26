"""Noise of noisy activations: logits plus noise are logits like any others."""

from __future__ import annotations

from typing import Any

import numpy as np

from softgrad.arrays.layout import Layout
from softgrad.arrays.namespaces import is_traced
from softgrad.catalogue import find_activation
from softgrad.contracts.activation import Activation
from softgrad.errors import InputTypeError, ShapeError
from softgrad.jax.arguments import as_logits
from softgrad.jax.rows import of_rows
from softgrad.jax.untyped import jnp


def without_noise(activation: Activation, z: Any, axis: Any) -> tuple[Activation, Any]:
    """The activation and logits that stand for a noisy one at this call; others as they are.

    Raises:
        InputTypeError: the call is traced, and its noise would be drawn once for all calls.
        ShapeError: noise that does not broadcast to rows with the class axis last.
    """
    z = as_logits(z)
    if not activation.noisy:
        return activation, z
    settings = activation.hyper_parameters
    seed, noise, key = settings.pop("generator"), settings.pop("noise"), settings.pop("key")
    if isinstance(seed, int | np.integer):  # says the noise itself, to the definition, too
        return activation, z
    if is_traced(z) and noise is None and key is None:
        raise InputTypeError(
            f"{activation!r} draws its noise anew at every call, but this call is traced once for "
            "all: give GumbelSoftmax(key=), a key of jax.random's, or noise="
        )
    plain = type(find_activation(activation.noisy))(**settings)
    layout = Layout.of(tuple(z.shape), axis, "z")
    shape = (*layout.batch_shape, layout.classes)
    drawn: Any = activation.draw_noise(shape)
    try:
        rows = jnp.broadcast_to(jnp.asarray(drawn, of_rows(z.dtype)), shape)
    except ValueError:
        raise ShapeError(
            f"noise has shape {np.shape(drawn)}, which does not broadcast to {shape}, the "
            "logits with the class axis last"
        ) from None
    return plain, (z + layout.leave(jnp, rows)).astype(z.dtype)
