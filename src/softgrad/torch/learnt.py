"""Hyper-parameters of an activation that are tensors, and are learnt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from softgrad.contracts.activation import Activation
from softgrad.errors import ParameterError
from softgrad.torch.arguments import as_logits
from softgrad.torch.noise import without_noise
from softgrad.torch.parameters import with_parameter
from softgrad.torch.recipes import name_of, named


class Learnt:
    """Which of an activation's hyper-parameters are given at each call, as tensors.

    What the logits are divided by is divided by here, so that it is differentiated as often as the
    logits are; another is differentiated once.
    """

    def __init__(self, activation: Activation, names: tuple[str, ...]) -> None:
        self.names = names
        self._divided_by = activation.divided_by if activation.divided_by in names else ""
        others = tuple(name for name in names if name != self._divided_by)
        for name in others:
            if name not in activation.differentiable_by:
                can = [one for one in (activation.divided_by, *activation.differentiable_by) if one]
                raise ParameterError(
                    f"{activation!r} has no derivative by {name!r}; it has one by "
                    f"{' and '.join(can) or 'nothing'}"
                )
        self._other = others[0] if others else ""
        if self._divided_by:
            one: Any = activation
            activation = replace(one, **{self._divided_by: 1.0})
        self._activation = activation

    def __call__(self, z: Tensor, dim: Any, where: Any, values: tuple[Tensor, ...]) -> Tensor:
        """The output, of z's shape."""
        given = dict(zip(self.names, values, strict=True))
        divisor, value = given.get(self._divided_by), given.get(self._other)
        if torch.compiler.is_compiling():
            name = name_of(self._activation)
            return _traced(name, z, dim, where, divisor, self._other, value)
        return _learnt(self._activation, z, dim, where, divisor, self._other, value)


def _learnt(
    activation: Activation,
    z: Tensor,
    dim: Any,
    where: Any,
    divisor: Tensor | None,
    other: str,
    value: Any,
) -> Tensor:
    dtype = as_logits(z).dtype
    activation, z = without_noise(activation, as_logits(z), dim)
    if divisor is not None:
        z = z / divisor
    if value is None:
        return activation(z, axis=dim, where=where).to(dtype)
    return with_parameter(activation, other, z, dim, where, value).to(dtype)


@torch._dynamo.allow_in_graph
def _traced(
    name: str, z: Any, dim: Any, where: Any, divisor: Any, other: str, value: Any
) -> Tensor:
    return _learnt(named(name), z, dim, where, divisor, other, value)
