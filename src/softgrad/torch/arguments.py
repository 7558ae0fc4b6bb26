"""What the calls of this room have in common: tensors that belong together, outputs, vectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import array_api_compat.torch as xp
import torch
from torch import Tensor

from softgrad.arrays.autodiff import differentiable
from softgrad.arrays.layout import Layout
from softgrad.arrays.namespaces import Arithmetic, Operand, as_mask, as_operand
from softgrad.arrays.outputs import check_outputs
from softgrad.errors import AutodiffError, InputTypeError, ShapeError
from softgrad.torch.situation import records


def as_logits(z: Tensor, argument: str = "z") -> Tensor:
    """Floating numbers as they are; integers as float64, as everywhere in softgrad."""
    if z.is_floating_point() and z.dtype.itemsize > 1:
        return z
    with differentiable():
        return as_operand(z, argument).array


def beside(value: Any, z: Tensor, argument: str) -> Tensor:
    """`value` as a tensor on the device of z.

    Raises:
        InputTypeError: it is a tensor on another device, or nothing that a tensor is made of.
    """
    if not isinstance(value, Tensor):
        try:
            return torch.as_tensor(value, device=z.device)
        except (TypeError, ValueError, RuntimeError) as error:
            raise InputTypeError(f"{argument} is no tensor, nor made of numbers: {error}") from None
    if value.device != z.device:
        raise InputTypeError(
            f"{argument} is on {value.device} and z on {z.device}; expected one device: "
            f"{argument}.to(z.device)"
        )
    return value


def mask_beside(where: Any, z: Tensor, layout: Layout) -> Tensor | None:
    """`where` as a mask of z's shape, or None."""
    if where is None:
        return None
    like = Arithmetic(xp, z.dtype, z.device)
    mask: Tensor = as_mask(beside(where, z, "where"), like, layout.shape)
    return mask


def vector_beside(value: Any, z: Tensor, argument: str) -> Tensor | None:
    """A vector of z's shape and dtype, or None."""
    if value is None:
        return None
    tensor = beside(value, z, argument)
    if tensor.shape != z.shape:
        raise ShapeError(
            f"{argument} has shape {tuple(tensor.shape)}; expected z's, {tuple(z.shape)}"
        )
    return tensor.to(z.dtype)


def tensors_of(*values: Any) -> list[Tensor]:
    """Those of the values that are tensors."""
    return [one for one in values if isinstance(one, Tensor)]


def check_places(z: Tensor, outputs: Mapping[str, Any], inputs: Mapping[str, Any]) -> None:
    """Raise unless results of z's shape can be written to all of `outputs`, by name.

    Raises:
        AutodiffError: a derivative would be recorded, which has no place there.
        SoftgradError: see `softgrad.arrays.outputs.check_outputs`.
    """
    if records(*tensors_of(*inputs.values(), *outputs.values())):
        raise AutodiffError(
            "out was given, and an argument requires grad: what is written in place has no "
            "derivative; leave out, or call under torch.no_grad()"
        )
    check_outputs(Operand(xp, z, z.dtype), outputs, inputs)
