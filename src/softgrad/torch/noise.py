"""Noise of noisy activations, as a tensor: logits plus noise are logits like any others."""

from __future__ import annotations

from typing import Any

import array_api_compat.torch as xp
import numpy as np
import torch
from torch import Tensor

from softgrad.arrays.layout import Layout
from softgrad.arrays.namespaces import is_traced
from softgrad.catalogue import find_activation
from softgrad.contracts.activation import Activation
from softgrad.errors import InputTypeError, ShapeError
from softgrad.torch.memory import as_tensor
from softgrad.torch.operators import of_rows


def draws_noise(activation: Activation, z: Tensor) -> bool:
    """Whether a call of a noisy activation has to draw noise, and to add it to z.

    A seed says the noise itself, of rows of any number: with it the definition adds noise, as it
    does to arrays, with the rounding error of the sum.
    """
    seed = activation.hyper_parameters["generator"]
    return z.device.type != "cpu" or not isinstance(seed, int | np.integer)


def without_noise(activation: Activation, z: Tensor, axis: Any) -> tuple[Activation, Tensor]:
    """The activation and logits that stand for a noisy one at this call; others as they are.

    A `torch.Generator`, or nothing, draws on z's device (then `torch.manual_seed` says what); a
    seed or an array is the noise that it is on NumPy.

    Raises:
        InputTypeError: a generator of NumPy's, in code that is traced and drawn from once.
        ShapeError: noise that does not broadcast to rows with the class axis last.
    """
    if not activation.noisy:
        return activation, z
    settings = activation.hyper_parameters
    source, noise, key = (settings.pop(name) for name in ("generator", "noise", "key"))
    plain = type(find_activation(activation.noisy))(**settings)
    if isinstance(source, torch.Generator) and is_traced(z):
        raise InputTypeError(
            "generator is a torch.Generator, which traced code cannot hold; expected None, for "
            "torch's own, which torch.manual_seed starts"
        )
    is_own = source is None or isinstance(source, torch.Generator)
    if noise is None and key is None and is_own:
        return plain, z + _gumbel(z, source)
    if isinstance(source, np.random.Generator) and torch.compiler.is_compiling():
        raise InputTypeError(
            "generator is NumPy's, from which traced code would draw once for all calls; expected "
            "a torch.Generator, or None for torch's own"
        )
    layout = Layout.of(tuple(z.shape), axis, "z")
    shape = (*layout.batch_shape, layout.classes)
    drawn: Any = activation.draw_noise(shape)
    given = drawn if isinstance(drawn, Tensor) else as_tensor(np.array(drawn))
    try:
        rows = given.to(z.device, of_rows(z.dtype)).expand(shape)
    except RuntimeError:
        raise ShapeError(
            f"noise has shape {tuple(given.shape)}, which does not broadcast to {shape}, the "
            "logits with the class axis last"
        ) from None
    return plain, z + layout.leave(xp, rows)


def _gumbel(z: Tensor, generator: torch.Generator | None) -> Tensor:
    """-log E with E ~ Exp(1), which is never 0."""
    e = torch.empty_like(z, dtype=of_rows(z.dtype), requires_grad=False)
    e = e.exponential_(generator=generator)
    return -torch.log(torch.clamp(e, min=torch.finfo(e.dtype).tiny))
