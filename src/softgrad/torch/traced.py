"""What torch._dynamo sees: calls of tensors and texts, into which it does not look.

Imported where code is compiled, for with it comes Dynamo itself.
"""

from __future__ import annotations

from typing import Any

from softgrad.contracts.fast_paths import Work
from softgrad.torch.layers import of_layer, of_loss
from softgrad.torch.learnt import learnt
from softgrad.torch.maps import mapped
from softgrad.torch.recipes import name_of, named
from softgrad.torch.untyped import dynamo

_dynamo = dynamo()
# The name is a constant of the code that is traced; for another object it is traced anew.
traced_name = _dynamo.assume_constant_result(name_of)


@_dynamo.allow_in_graph
def traced_map(
    form: Any, work: int, name: str, z: Any, axis: Any, where: Any, g: Any, v: Any
) -> Any:
    """`maps.mapped` of the activation of that name."""
    return mapped(form, Work(work), named(name), z, axis, where, None, g, v)


@_dynamo.allow_in_graph
def traced_layer(method: str, name: str, z: Any, target: Any, options: Any, arrays: Any) -> Any:
    """`layers.of_layer` of the layer of that name."""
    return of_layer(method, named(name), z, target, options, **arrays)


@_dynamo.allow_in_graph
def traced_loss(method: str, name: str, prediction: Any, target: Any, axis: Any, where: Any) -> Any:
    """`layers.of_loss` of the loss of that name."""
    return of_loss(method, named(name), prediction, target, axis, where)


@_dynamo.allow_in_graph
def traced_learnt(
    name: str, z: Any, dim: Any, where: Any, divisor: Any, other: str, value: Any
) -> Any:
    """`learnt.learnt` of the activation of that name."""
    return learnt(named(name), z, dim, where, divisor, other, value)


@_dynamo.allow_in_graph
def traced_convention(name: str, z: Any, target: Any, weight: Any, pos_weight: Any) -> Any:
    """The loss by the `conventions.Convention` of that name."""
    return named(name)(z, target, weight, pos_weight)
