"""Weights of rows, and how rows become one number: one meaning for every pair and path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from softgrad.arrays.namespaces import Array, Namespace, Operand, as_like, is_known
from softgrad.errors import WeightError


@dataclass(frozen=True, slots=True)
class Reduction:
    """Weights w_i and the rule "none", "sum" or "mean" (divided by the sum of the weights).

    Attributes:
        xp: the namespace.
        rule: "none", "sum" or "mean".
        weights: one weight a row, or None where every row counts 1.
    """

    xp: Namespace
    rule: str
    weights: Array | None

    def values(self, rows: Array) -> Array:
        """The loss of the rows: one value a row, or one number."""
        weighted = rows if self.weights is None else _times(self.xp, self.weights, rows)
        if self.rule == "none":
            return weighted
        total = self.xp.sum(weighted)
        return total if self.rule == "sum" else total * self._per_weight(rows)

    def factor(self, rows: Array) -> Array | None:
        """What each row's derivatives are multiplied by; None for 1."""
        if self.rule != "mean":
            return self.weights
        share = self._per_weight(rows)
        if self.weights is None:
            return self.xp.broadcast_to(share, rows.shape)
        return self.weights * share

    def derivatives(self, gradients: Array) -> Array:
        """Each row's gradient (..., n), times the weight that the row has in the result."""
        factor = self.factor(gradients[..., 0])
        return gradients if factor is None else _times(self.xp, factor[..., None], gradients)

    def _per_weight(self, rows: Array) -> Array:
        xp = self.xp
        if self.weights is None:
            count = max(1, _size(rows))
            return xp.asarray(1.0 / count, dtype=rows.dtype)
        total = xp.sum(self.weights)
        return xp.where(total > 0, 1.0 / xp.where(total > 0, total, 1.0), xp.zeros_like(total))


def _times(xp: Namespace, weights: Array, values: Array) -> Array:
    """weights * values, where a weight of 0 silences even a NaN or infinite row."""
    return xp.where(weights == 0, xp.zeros_like(values), weights * values)


def _size(array: Array) -> int:
    size = 1
    for extent in array.shape:
        size *= extent
    return size


def sample_weights(value: Any, like: Operand, rows: tuple[int, ...]) -> Array:
    """`sample_weight`, checked: one non-negative finite number a row."""
    weights = as_like(value, like, "sample_weight")
    if tuple(weights.shape) != rows:
        raise WeightError(
            f"sample_weight has shape {tuple(weights.shape)}; expected one a row, {rows}"
        )
    _check_not_negative(like.xp, weights, "sample_weight")
    return weights


def class_weights(value: Any, like: Operand, n: int) -> Array:
    """`class_weight`, checked: one non-negative finite number a class."""
    if isinstance(value, Mapping):
        table = cast(Mapping[Any, Any], value)
        unknown = [label for label in table if label not in range(n)]
        if unknown:
            raise WeightError(f"class_weight names label {unknown[0]!r}; there are {n} classes")
        value = [table.get(label, 1.0) for label in range(n)]
    weights = as_like(value, like, "class_weight")
    if tuple(weights.shape) != (n,):
        raise WeightError(
            f"class_weight has shape {tuple(weights.shape)}; expected one a class, ({n},)"
        )
    _check_not_negative(like.xp, weights, "class_weight")
    return weights


def _check_not_negative(xp: Namespace, weights: Array, argument: str) -> None:
    if is_known(~xp.all((weights >= 0) & xp.isfinite(weights))):
        raise WeightError(f"{argument} has negative, infinite or NaN entries; expected all >= 0")
