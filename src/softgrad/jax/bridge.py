"""What softgrad's own calls do with arrays of JAX's, so that JAX differentiates them as its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from softgrad.arrays.layout import Layout, named_axes
from softgrad.contracts.activation import Activation
from softgrad.contracts.fast_paths import FormName, Work
from softgrad.contracts.loss import Loss
from softgrad.jax.arguments import as_logits, beside, mask_beside, refuse_out, vector_beside
from softgrad.jax.calls import Call
from softgrad.jax.maps import MapWork, map_
from softgrad.jax.noise import without_noise
from softgrad.jax.pytrees import register
from softgrad.jax.rows import rows
from softgrad.layer import OutputLayer
from softgrad.layer.rows import RowsWork, axes_from_the_end

_PRIMITIVES = "JAX primitives of softgrad's: kernels on the CPU, the definitions where it is traced"

_METHODS: Mapping[str, Callable[[Call, Any], Any]] = {
    "value": lambda call, v: call.value(),
    "gradient": lambda call, v: call.derivative(RowsWork.GRADIENT),
    "value_and_gradient": lambda call, v: (call.value(), call.derivative(RowsWork.GRADIENT)),
    "gradient_and_hessian_diagonal": lambda call, v: (
        call.derivative(RowsWork.GRADIENT),
        call.derivative(RowsWork.DIAGONAL),
    ),
    "hvp": lambda call, v: call.derivative(RowsWork.HVP, v),
    "target_gradient": lambda call, v: call.target_gradient(),
}


class JaxBridge:
    """See `softgrad.contracts.fast_paths.Bridge`."""

    def map(
        self,
        form: FormName,
        work: Work,
        activation: Activation,
        z: Any,
        axis: Any,
        where: Any,
        out: Any,
        g: Any = None,
        v: Any = None,
    ) -> Any:
        """A form of an activation's output, or a product with its derivatives."""
        refuse_out(out)
        activation, z = without_noise(activation, z, axis)
        named_axes(axis)  # one that is none is refused, also where it does not matter
        layout = Layout.of(tuple(z.shape), axis if activation.rowwise else (), "z")
        others = {
            "where": mask_beside(where, z, layout),
            "g": vector_beside(g, z, "g"),
            "v": vector_beside(v, z, "v"),
        }
        axes = axes_from_the_end(layout)
        return map_(activation, form, axes, MapWork(work), z, **others)

    def layer(
        self,
        method: str,
        layer: OutputLayer,
        z: Any,
        target: Any,
        options: Any,
        **arrays: Any,
    ) -> Any:
        """A method of an output layer, by name."""
        v = arrays.pop("v", None)
        refuse_out(*arrays.values())
        if layer.activation.noisy:
            axis = options.get("axis", layer.request.axis)
            activation, z = without_noise(layer.activation, z, axis)
            layer = OutputLayer(activation, layer.loss, **layer.settings)
        call = Call(layer, z, target, options)
        layer.note_path(_PRIMITIVES)
        return _METHODS[method](call, v)

    def loss(
        self, method: str, loss: Loss, prediction: Any, target: Any, axis: Any, where: Any
    ) -> Any:
        """A loss of a prediction (`value`), or its `gradient`."""
        r = as_logits(prediction, "prediction")
        layout = Layout.of(tuple(r.shape), axis, "prediction")
        work = RowsWork.VALUES if method == "value" else RowsWork.GRADIENT
        mask, goal = mask_beside(where, r, layout), beside(target, "target")
        found = rows(None, loss, axes_from_the_end(layout), work, r, goal, where=mask)
        return found.astype(r.dtype)


register()
BRIDGE = JaxBridge()
