"""Activations of tensors."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from softgrad.arrays.layout import Layout, named_axes
from softgrad.contracts.activation import Activation
from softgrad.contracts.evaluation import evaluate
from softgrad.contracts.fast_paths import FormName, Work
from softgrad.layer.rows import axes_from_the_end
from softgrad.torch.arguments import as_logits, check_places, mask_beside, tensors_of, vector_beside
from softgrad.torch.eager import EagerMap
from softgrad.torch.map_function import map_
from softgrad.torch.memory import as_tensor, without_tensors
from softgrad.torch.noise import draws_noise, without_noise
from softgrad.torch.recipes import map_text, name_of
from softgrad.torch.situation import is_plain, records


def mapped(
    form: FormName,
    work: Work,
    activation: Activation,
    z: Tensor,
    axis: Any,
    where: Any,
    out: Tensor | None,
    g: Any,
    v: Any,
) -> Tensor:
    """See `softgrad.contracts.fast_paths.Bridge.map`."""
    if activation.noisy and draws_noise(activation, z):
        plain, noisy = without_noise(activation, as_logits(z), axis)
        found = mapped(form, work, plain, noisy, axis, where, None, g, v).to(as_logits(z).dtype)
        return found if out is None else out.copy_(found)
    given = (z,) if g is None and where is None and v is None else tensors_of(z, where, g, v)
    if out is not None:
        check_places(z, {"out": out}, {"z": z, "where": where, "g": g, "v": v})
        given = (*given, out)
    if is_plain(*given):
        if not records(*given):
            views = (without_tensors(one) for one in (z, axis, where, out, g, v))
            found = evaluate(activation, form, work, *views)
            return as_tensor(found) if out is None else out
        if work is Work.FORWARD and (where is None or isinstance(where, Tensor)):
            return EagerMap.apply(form, activation, z, axis, where)
    z = as_logits(z)
    named_axes(axis)  # one that is none is refused, also where it does not matter
    layout = Layout.of(tuple(z.shape), axis if activation.rowwise else (), "z")
    text = map_text(name_of(activation), form, axes_from_the_end(layout))
    mask = mask_beside(where, z, layout)
    g, v = vector_beside(g, z, "g"), vector_beside(v, z, "v")
    found = map_(text, int(work), z, mask, g, v)
    return found if out is None else out.copy_(found)
