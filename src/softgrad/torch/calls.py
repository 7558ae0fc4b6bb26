"""A call of an output layer with tensors: checked, and taken apart into rows and weights."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import array_api_compat.torch as xp
import torch
from torch import Tensor

from softgrad.arrays.autodiff import differentiable
from softgrad.arrays.layout import Layout
from softgrad.arrays.namespaces import Arithmetic
from softgrad.layer import OutputLayer
from softgrad.layer.reduction import Reduction
from softgrad.layer.request import Request
from softgrad.layer.rows import (
    RowsWork,
    axes_from_the_end,
    rows_shape,
    settings_of_rows,
    weights_of_rows,
)
from softgrad.torch.arguments import as_logits, beside, mask_beside, vector_beside
from softgrad.torch.operators import of_rows
from softgrad.torch.recipes import name_of, rows_text
from softgrad.torch.rows_function import rows
from softgrad.torch.untyped import differentiated


class Call:
    """One call; all that autograd is to see is made of `Rows`, and of weights of rows."""

    def __init__(self, layer: OutputLayer, z: Tensor, target: Any, options: Any) -> None:
        self._layer, self._options = layer, options
        self.z = as_logits(z)
        self.target = beside(target, z, "target")
        named: dict[str, Any] = options or {}
        for name, value in named.items():
            if isinstance(value, Tensor):
                beside(value, self.z, name)
        self._request = request = Request(options, layer.request) if options else layer.request
        layout = Layout.of(tuple(self.z.shape), request.axis, "z")
        like = Arithmetic(xp, of_rows(self.z.dtype), self.z.device)
        with differentiable():
            where = mask_beside(request.where, self.z, layout)
            self.weights = weights_of_rows(layer, request, like, layout, self.target, where)
        if self.target.dtype is torch.bool:
            self.target = self.target.to(self.z.dtype)
        self.where = where
        self._axes = axes_from_the_end(layout)
        names = name_of(layer.activation), name_of(layer.loss)
        self._of = *names, self._axes, settings_of_rows(request)
        self._recipe = rows_text(*self._of)

    @property
    def gives_one_number(self) -> bool:
        """Whether the value is reduced."""
        return self._rule != "none"

    @property
    def _rule(self) -> str:
        return self._request.reduction

    @cached_property
    def _factor(self) -> Tensor | None:
        """What each row counts in the result; None where all count 1."""
        shape = rows_shape(self.z.shape, self._axes)
        row = self.z.new_empty((), dtype=of_rows(self.z.dtype)).expand(shape)
        factor: Tensor | None = Reduction(xp, self._rule, self.weights).factor(row)
        return factor

    def value(self) -> Tensor:
        """One value a row, or one number, in the dtype of z."""
        if self._rule == "mean" and self.weights is None:
            found = self._rows(RowsWork.VALUES, None)
            return (found.sum() * (1.0 / max(1, found.numel()))).to(self.z.dtype)
        found = self._rows(RowsWork.VALUES, self._factor)
        return (found if self._rule == "none" else found.sum()).to(self.z.dtype)

    @property
    def reduced_arguments(self) -> tuple[Any, ...]:
        """What `reduced.ReducedValue` takes: the value by one operator."""
        *of, settings = self._of
        recipe = rows_text(*of, (*settings, ("reduction", self._rule)))
        others = (
            None if one is None else beside(one, self.z, name)
            for name, one in (
                ("sample_weight", self._request.sample_weight),
                ("class_weight", self._request.class_weight),
            )
        )
        return recipe, self.z, self.target, self.where, *others

    def derivative(self, work: RowsWork, v: Any = None, above: Tensor | None = None) -> Tensor:
        """The gradient, or another derivative, times what came from `above`."""
        factor = self._factor
        if above is not None:
            above = above.to(of_rows(self.z.dtype))
            factor = above if factor is None else above * factor
        if factor is not None:
            factor = factor.expand(rows_shape(self.z.shape, self._axes))
        return self._rows(work, factor, v)

    def target_gradient(self) -> Tensor:
        """The derivative by the target, which weights of classes depend on, too."""
        if self._request.class_weight is None or not self.target.is_floating_point():
            return self.derivative(RowsWork.TARGET_GRADIENT)

        def total(target: Tensor) -> Tensor:
            return Call(self._layer, self.z, target, self._options).value().sum()

        found: Tensor = differentiated(total)(self.target)
        return found

    def _rows(self, work: RowsWork, weight: Tensor | None, v: Any = None) -> Tensor:
        v = vector_beside(v, self.z, "v")
        return rows(self._recipe, int(work), self.z, self.target, self.where, weight, v)
