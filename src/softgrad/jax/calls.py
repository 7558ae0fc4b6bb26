"""A call of an output layer with arrays of JAX's, taken apart into rows and weights."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

from softgrad.arrays.autodiff import differentiable
from softgrad.arrays.layout import Layout
from softgrad.arrays.namespaces import Arithmetic
from softgrad.jax.arguments import as_logits, beside, mask_beside, vector_beside
from softgrad.jax.meshes import on_any_mesh, sharded_as, varying_alike
from softgrad.jax.rows import of_rows, rows, rows_sharding
from softgrad.jax.untyped import jax, jnp
from softgrad.layer import OutputLayer
from softgrad.layer.reduction import Reduction
from softgrad.layer.request import Request
from softgrad.layer.rows import (
    RowsWork,
    along_rows,
    axes_from_the_end,
    rows_shape,
    settings_of_rows,
    weights_of_rows,
)


class Call:
    """One call; all that JAX is to see is made of `ROWS`, and of weights of rows."""

    def __init__(self, layer: OutputLayer, z: Any, target: Any, options: Any) -> None:
        self._layer, self._options = layer, options
        self.z = as_logits(z)
        self.target = beside(target, "target")
        self._request = request = Request(options, layer.request) if options else layer.request
        layout = Layout.of(tuple(self.z.shape), request.axis, "z")
        self.where = mask_beside(request.where, self.z, layout)
        self._axes = axes_from_the_end(layout)
        self.weights = self._weights(layout)
        if self.target.dtype == jnp.bool_:
            self.target = self.target.astype(self.z.dtype)
        settings = dict(settings_of_rows(request))
        self._alone = OutputLayer(layer.activation, layer.loss, axis=self._axes, **settings)

    def _weights(self, layout: Layout) -> Any:
        like = Arithmetic(jnp, of_rows(self.z.dtype))

        def found(target: Any, where: Any, arrays: dict[str, Any]) -> Any:
            request = self._request
            if arrays:
                request = Request({**self._options, **arrays}, self._layer.request)
            with differentiable():
                return weights_of_rows(self._layer, request, like, layout, target, where)

        given = {name: x for name, x in self._options.items() if isinstance(x, jax.Array)}
        sharding = rows_sharding(jax.typeof(self.z), self._axes)
        return on_any_mesh(found, sharding)(self.target, self.where, given)

    @property
    def _rule(self) -> str:
        return self._request.reduction

    @cached_property
    def _factor(self) -> Any:
        """What each row counts in the result, or one number for all; None where all count 1."""
        if self.weights is not None:
            return Reduction(jnp, self._rule, self.weights).factor(self.weights)
        rows = math.prod(rows_shape(self.z.shape, self._axes))
        return 1.0 / max(1, rows) if self._rule == "mean" else None

    def value(self) -> Any:
        """One value a row, or one number, in the dtype of z."""
        found = self._rows(RowsWork.VALUES, self.z)
        if self._factor is not None:
            found = _weighed(self._factor, found)
        return (found if self._rule == "none" else jnp.sum(found)).astype(self.z.dtype)

    def derivative(self, work: RowsWork, v: Any = None) -> Any:
        """The gradient, or another derivative, in the dtype of z."""
        factor, z = self._factor, self.z
        if factor is None:
            return self._rows(work, z, vector_beside(v, z, "v"))
        z = z.astype(of_rows(z.dtype))  # what is of 16 bits is rounded once, after this
        found = self._rows(work, z, vector_beside(v, z, "v"))
        if self.weights is not None:
            factor = along_rows(factor, self._axes)
        return _weighed(factor, found).astype(self.z.dtype)

    def target_gradient(self) -> Any:
        """The derivative by the target, which weights of classes depend on, too."""
        if not jnp.issubdtype(self.target.dtype, jnp.floating):
            return self._layer.target_gradient(self.z, self.target)  # says what labels are not

        def summed(target: Any) -> Any:
            return jnp.sum(Call(self._layer, self.z, target, self._options).value())

        return jax.grad(summed)(self.target)

    def _rows(self, work: RowsWork, z: Any, v: Any = None) -> Any:
        layer = self._alone
        return rows(layer, layer.loss, self._axes, work, z, self.target, where=self.where, v=v)


def _weighed(weights: Any, values: Any) -> Any:
    """weights * values, bilinear, where a weight of 0 silences even a NaN."""
    if isinstance(weights, float):
        return weights * values
    return _silenced(*varying_alike(sharded_as(weights, values), values))


@jax.custom_jvp
def _silenced(weights: Any, values: Any) -> Any:
    return jnp.where(weights == 0, jnp.zeros_like(values), weights * values)


@_silenced.defjvp
def _(primals: Any, tangents: Any) -> Any:
    (weights, values), (by_weights, by_values) = primals, tangents
    change = by_weights * values + jnp.where(weights == 0, 0.0, weights) * by_values
    return _silenced(weights, values), change
