"""How rows with weights become one number: one meaning for every pair and path."""

from __future__ import annotations

from dataclasses import dataclass

from softgrad.arrays.namespaces import Array, Namespace, device_of


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
        weighted = rows if self.weights is None else weighed(self.xp, self.weights, rows)
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
        return gradients if factor is None else weighed(self.xp, factor[..., None], gradients)

    def _per_weight(self, rows: Array) -> Array:
        xp = self.xp
        if self.weights is None:
            count = max(1, _size(rows))
            return xp.asarray(1.0 / count, dtype=rows.dtype, device=device_of(xp, rows))
        total = xp.sum(self.weights)
        return xp.where(total == 0, xp.zeros_like(total), 1.0 / xp.where(total == 0, 1.0, total))


def weighed(xp: Namespace, weights: Array, values: Array) -> Array:
    """weights * values, where a weight of 0 silences even a NaN or infinite row."""
    return xp.where(weights == 0, xp.zeros_like(values), weights * values)


def _size(array: Array) -> int:
    size = 1
    for extent in array.shape:
        size *= extent
    return size
