"""Hyper-parameters of an activation that are tensors, and are learnt."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from softgrad.arrays.namespaces import is_known
from softgrad.contracts.activation import Activation
from softgrad.errors import ParameterError, ShapeError
from softgrad.torch.arguments import as_logits
from softgrad.torch.noise import without_noise
from softgrad.torch.parameters import with_parameter


def learnt(
    activation: Activation,
    z: Tensor,
    dim: Any,
    where: Any,
    divisor: Tensor | None,
    other: str,
    value: Any,
) -> Tensor:
    """The output with its logits divided, and with `value` as its hyper-parameter `other`.

    What the logits are divided by is divided by here, so that it is differentiated as often as the
    logits are; another is differentiated once.
    """
    dtype = as_logits(z).dtype
    activation, z = without_noise(activation, as_logits(z), dim)
    if divisor is not None:
        if is_known(~(divisor > 0).all()):
            raise ParameterError(
                f"{activation.divided_by} has a number that is not above 0; expected all > 0"
            )
        try:
            z = z / divisor.expand(z.shape)
        except RuntimeError:
            raise ShapeError(
                f"{activation.divided_by} has shape {tuple(divisor.shape)}; expected one that "
                f"broadcasts to z's, {tuple(z.shape)}"
            ) from None
    if value is None:
        return activation(z, axis=dim, where=where).to(dtype)
    return with_parameter(activation, other, z, dim, where, value).to(dtype)
