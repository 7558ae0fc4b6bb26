"""What each row of a call counts: its sample weight times its class weight."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, cast

import numpy as np

from softgrad.arrays.layout import Layout
from softgrad.arrays.namespaces import (
    Arithmetic,
    Array,
    Like,
    as_like,
    as_mask,
    is_traced,
)
from softgrad.contracts.activation import Activation
from softgrad.contracts.loss import Loss
from softgrad.contracts.target_domains import entries_are_coins
from softgrad.contracts.targets import Target, read_target
from softgrad.errors import WeightError
from softgrad.layer.request import Request
from softgrad.layer.weight_values import not_negative


class RowWeights:
    """The weights of the rows of a call, for a target as it was given.

    Args:
        request: the options.
        like: the namespace and dtype of the logits.
        layout: of the logits.
        given: the target before smoothing.
        keep: the mask, shape (..., n), or None.
        has_coins: whether each entry of the target is one side's share of two.
    """

    def __init__(
        self,
        request: Request,
        like: Like,
        layout: Layout,
        given: Target,
        keep: Array | None,
        has_coins: bool,
    ) -> None:
        self._request = request
        self._like = like
        self._layout = layout
        self._given = given
        self._keep = keep
        # Whether a row is one coin, which has two classes.
        self._is_one_coin = has_coins and layout.classes == 1

    @cached_property
    def of_rows(self) -> Array | None:
        """Sample weight times class weight, 0 where the label is ignored; None where all are 1."""
        xp, weights = self._like.xp, self._of_samples
        if self._request.class_weight is not None:
            of_row = self._of_class
            if weights is not None:
                # (That of a target that is NaN is NaN. A product keeps its derivative at 0.)
                unseen = (weights == 0) & ~xp.isfinite(of_row)
                of_row = weights * xp.where(unseen, xp.zeros_like(of_row), of_row)
            weights = of_row
        if self._given.ignored is not None:
            counted = xp.astype(~self._given.ignored, self._like.dtype)
            weights = counted if weights is None else weights * counted
        return weights

    @cached_property
    def slopes(self) -> Array | None:
        """How each row's weight changes with its target, shape (..., n); None where it does not."""
        if self._request.class_weight is None:
            return None
        zeros = self._like.xp.zeros_like(self._given.entries)
        if self._is_one_coin:
            tails, heads = self._by_class(2)
            slopes = (heads - tails) + zeros
        else:
            slopes = self._by_class(self._layout.classes) + zeros
        of_samples = self._of_samples
        return slopes if of_samples is None else of_samples[..., None] * slopes

    @cached_property
    def _of_samples(self) -> Array | None:
        given = self._request.sample_weight
        if given is None:
            return None
        return sample_weights(given, self._like, self._layout.batch_shape)

    @property
    def _of_class(self) -> Array:
        """sum_c class_weight_c t_c; of a coin (1 - t) and t of its two sides."""
        xp, labels, classes = self._like.xp, self._given.labels, self._layout.classes
        if labels is not None and classes > 1 and self._keep is None:
            return self._of_label(self._by_class(classes))
        t = self._given.entries
        if self._keep is not None:  # a masked entry names no class
            t = xp.where(self._keep, t, xp.zeros_like(t))
        if self._is_one_coin:
            tails, heads = self._by_class(2)
            return (tails * (1.0 - t) + heads * t)[..., 0]
        return xp.sum(t * self._by_class(classes), axis=-1)

    def _of_label(self, by_class: Array) -> Array:
        xp, labels = self._like.xp, self._given.labels
        if self._given.ignored is not None:  # an ignored label need not be a class
            labels = xp.where(self._given.ignored, xp.zeros_like(labels), labels)
        if is_traced(labels):  # (one out of range has a target of NaN)
            labels = xp.clip(labels, 0, self._layout.classes - 1)
        flat = xp.take(by_class, xp.reshape(xp.astype(labels, xp.int64), (-1,)), axis=0)
        return xp.reshape(flat, self._layout.batch_shape)

    def _by_class(self, n: int) -> Array:
        """`class_weight`, checked: one non-negative finite number a class."""
        value = self._request.class_weight
        if isinstance(value, Mapping):
            table = cast(Mapping[Any, Any], value)
            unknown = [label for label in table if label not in range(n)]
            if unknown:
                raise WeightError(f"class_weight names label {unknown[0]!r}; there are {n} classes")
            value = [table.get(label, 1.0) for label in range(n)]
        weights = as_like(value, self._like, "class_weight")
        if tuple(weights.shape) != (n,):
            raise WeightError(
                f"class_weight has shape {tuple(weights.shape)}; expected one a class, ({n},)"
            )
        return not_negative(self._like.xp, weights, "class_weight")


def weights_without_logits(
    activation: Activation, loss: Loss, target: Any, shape: tuple[int, ...], request: Request
) -> Any:
    """`RowWeights.of_rows` in NumPy's float64, of a target for logits of that shape."""
    like, layout = Arithmetic(np, np.dtype(np.float64)), Layout.of(shape, request.axis, "z")
    given = read_target(target, like, layout, loss.target_kind, request.ignore_label)
    keep = None if request.where is None else layout.enter(np, as_mask(request.where, like, shape))
    has_coins = entries_are_coins(loss, activation.domain, layout.classes)
    return RowWeights(request, like, layout, given, keep, has_coins).of_rows


def sample_weights(value: Any, like: Like, rows: tuple[int, ...]) -> Array:
    """`sample_weight`, checked: one non-negative finite number a row."""
    weights = as_like(value, like, "sample_weight")
    if tuple(weights.shape) != rows:
        raise WeightError(
            f"sample_weight has shape {tuple(weights.shape)}; expected one a row, {rows}"
        )
    return not_negative(like.xp, weights, "sample_weight")
