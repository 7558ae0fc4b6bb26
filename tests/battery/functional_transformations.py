"""torch.func's transformations, and theirs of each other."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, func

from battery.cases import Case
from battery.transformations import Pairs, Transformation, at_points, listed, points
from softgrad.errors import SoftgradError

FUNCTIONAL: dict[str, Transformation] = {}


@listed(FUNCTIONAL, "func.grad")
def _grad(case: Case) -> Pairs:
    slope, value = func.grad_and_value(case.function)(case.z)
    return [(slope, case.gradient), (value, case.value)]


@listed(FUNCTIONAL, "func.vjp")
def _vjp(case: Case) -> Pairs:
    value, pull = func.vjp(case.function, case.z)
    above = torch.tensor(-0.75, dtype=value.dtype)
    return [(value, case.value), (pull(above)[0], -0.75 * case.gradient)]


@listed(FUNCTIONAL, "func.jvp")
def _jvp(case: Case) -> Pairs:
    value, change = func.jvp(case.function, (case.z,), (case.v,))
    return [(value, case.value), (change, (case.gradient * case.v).sum())]


@listed(FUNCTIONAL, "func.linearize")
def _linearize(case: Case) -> Pairs:
    value, push = func.linearize(case.function, case.z)
    return [(value, case.value), (push(case.v), (case.gradient * case.v).sum())]


@listed(FUNCTIONAL, "func.jacrev")
def _jacrev(case: Case) -> Pairs:
    return [(func.jacrev(case.function)(case.z), case.gradient)]


@listed(FUNCTIONAL, "func.jacfwd")
def _jacfwd(case: Case) -> Pairs:
    return [(func.jacfwd(case.function)(case.z), case.gradient)]


@listed(FUNCTIONAL, "func.hessian")
def _hessian(case: Case) -> Pairs:
    return [(func.hessian(case.function)(case.z), case.hessian)]


@listed(FUNCTIONAL, "jacrev(jacrev)")
def _reverse_over_reverse(case: Case) -> Pairs:
    return [(func.jacrev(func.jacrev(case.function))(case.z), case.hessian)]


@listed(FUNCTIONAL, "jacrev(jacfwd)")
def _reverse_over_forward(case: Case) -> Pairs:
    return [(func.jacrev(func.jacfwd(case.function))(case.z), case.hessian)]


@listed(FUNCTIONAL, "jacfwd(jacfwd)")
def _forward_over_forward(case: Case) -> Pairs:
    return [(func.jacfwd(func.jacfwd(case.function))(case.z), case.hessian)]


@listed(FUNCTIONAL, "jvp(grad)")
def _forward_over_reverse(case: Case) -> Pairs:
    slope, bend = func.jvp(func.grad(case.function), (case.z,), (case.v,))
    return [(slope, case.gradient), (bend, case.bend)]


@listed(FUNCTIONAL, "vmap")
def _vmap(case: Case) -> Pairs:
    return [(func.vmap(case.function)(points(case)), at_points(case.formula, case))]


@listed(FUNCTIONAL, "vmap(grad)")
def _vmap_of_grad(case: Case) -> Pairs:
    found = func.vmap(func.grad(case.function))(points(case))
    return [(found, at_points(func.grad(case.formula), case))]


@listed(FUNCTIONAL, "vmap(grad, in_dims=1, out_dims=2)")
def _vmap_elsewhere(case: Case) -> Pairs:
    within = points(case).movedim(0, 1).contiguous()
    found = func.vmap(func.grad(case.function), in_dims=1, out_dims=2)(within)
    return [(found.movedim(2, 0), at_points(func.grad(case.formula), case))]


@listed(FUNCTIONAL, "vmap(vmap(jvp))")
def _vmap_of_jvp(case: Case) -> Pairs:
    def change(z: Tensor, v: Tensor) -> Tensor:
        return func.jvp(case.function, (z,), (v,))[1]

    directions = torch.stack([case.v, -2 * case.v])
    found = func.vmap(func.vmap(change, (None, 0)), (0, None))(points(case), directions)
    along = (at_points(func.grad(case.formula), case) * case.v).sum((1, 2))
    return [(found, torch.stack([along, -2 * along], 1))]


@listed(FUNCTIONAL, "vmap over masks")
def _masks(case: Case) -> Pairs:
    masks = torch.ones(3, *case.z.shape, dtype=torch.bool)
    for i in (1, 2):
        # What is masked is no label, and every row keeps an entry.
        masks[i, i, case.z[i].argmin()] = False
    slope = func.grad(lambda z, where: case.function(z, where=where))
    try:
        wanted = [torch.tensor(case.of_arrays(case.z.numpy(), one.numpy())) for one in masks]
    except SoftgradError as refusal:  # of the loss, whatever is masked
        with pytest.raises(type(refusal)):
            func.vmap(slope, in_dims=(None, 0))(case.z, masks)
    else:
        yield func.vmap(slope, in_dims=(None, 0))(case.z, masks), torch.stack(wanted)


@listed(FUNCTIONAL, "third derivative")
def _third(case: Case) -> Pairs:
    func.grad(lambda z: func.hessian(case.function)(z).sum())(case.z)
    raise AssertionError("a third derivative is not refused")
