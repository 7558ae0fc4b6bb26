"""What softgrad's own calls do with tensors, so that torch differentiates them as it does its own.

A plain call on the CPU takes a short way (`eager`); under a transformation, on another device, or
where more than the logits is differentiated, it is made of `Map` and `Rows`. Dynamo
does not look into either: it sees one call of tensors and texts.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor

from softgrad.contracts.activation import Activation
from softgrad.contracts.fast_paths import FormName, Work
from softgrad.contracts.loss import Loss
from softgrad.layer import OutputLayer
from softgrad.torch.layers import of_layer, of_loss
from softgrad.torch.maps import mapped
from softgrad.torch.untyped import is_compiling


class TorchBridge:
    """See `softgrad.contracts.fast_paths.Bridge`."""

    def map(
        self,
        form: FormName,
        work: Work,
        activation: Activation,
        z: Tensor,
        axis: Any,
        where: Any,
        out: Tensor | None,
        g: Any = None,
        v: Any = None,
    ) -> Tensor:
        """A form of an activation's output, or a product with its derivatives."""
        if is_compiling():
            from softgrad.torch.traced import traced_map, traced_name

            return traced_map(form, int(work), traced_name(activation), z, axis, where, g, v)
        return mapped(form, work, activation, z, axis, where, out, g, v)

    def layer(
        self, method: str, layer: OutputLayer, z: Tensor, target: Any, options: Any, **arrays: Any
    ) -> Any:
        """A method of an output layer, by name."""
        if is_compiling():
            from softgrad.torch.traced import traced_layer, traced_name

            return traced_layer(method, traced_name(layer), z, target, options, arrays)
        return of_layer(method, layer, z, target, options, **arrays)

    def loss(
        self, method: str, loss: Loss, prediction: Tensor, target: Any, axis: Any, where: Any
    ) -> Tensor:
        """A loss of a prediction (`value`), or its `gradient`."""
        if is_compiling():
            from softgrad.torch.traced import traced_loss, traced_name

            return traced_loss(method, traced_name(loss), prediction, target, axis, where)
        return of_loss(method, loss, prediction, target, axis, where)


BRIDGE = TorchBridge()
