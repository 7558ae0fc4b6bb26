"""Noise of noisy activations, as a tensor: logits plus noise are logits like any others."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from softgrad.catalogue import find_activation
from softgrad.contracts.activation import Activation
from softgrad.errors import InputTypeError
from softgrad.torch.memory import as_tensor
from softgrad.torch.operators import of_rows


def without_noise(activation: Activation, z: Tensor) -> tuple[Activation, Tensor]:
    """The activation and logits that stand for a noisy one at this call; others as they are.

    A `torch.Generator`, or nothing, draws on z's device (then `torch.manual_seed` says what); a
    seed or an array is the noise that it is on NumPy.

    Raises:
        InputTypeError: a generator of NumPy's, in code that is traced and drawn from once.
    """
    if not activation.noisy:
        return activation, z
    settings = activation.hyper_parameters
    source, noise = settings.pop("generator"), settings.pop("noise")
    plain = type(find_activation(activation.noisy))(**settings)
    if noise is None and (source is None or isinstance(source, torch.Generator)):
        return plain, z + _gumbel(z, source)
    if isinstance(source, np.random.Generator) and torch.compiler.is_compiling():
        raise InputTypeError(
            "generator is NumPy's, from which traced code would draw once for all calls; expected "
            "a torch.Generator, or None for torch's own"
        )
    drawn: Any = activation.draw_noise(tuple(z.shape))
    return plain, z + as_tensor(np.array(drawn)).to(z.device, of_rows(z.dtype))


def _gumbel(z: Tensor, generator: torch.Generator | None) -> Tensor:
    """-log E with E ~ Exp(1), which is never 0."""
    e = torch.empty_like(z, dtype=of_rows(z.dtype), requires_grad=False)
    e = e.exponential_(generator=generator)
    return -torch.log(torch.clamp(e, min=torch.finfo(e.dtype).tiny))
