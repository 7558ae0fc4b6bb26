"""From what a caller gives to what the chain rule needs: forms, targets and row weights."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from softgrad.arrays.namespaces import Array
from softgrad.contracts import chain
from softgrad.contracts.activation import Activation
from softgrad.contracts.canonical import Canonical
from softgrad.contracts.fast_paths import Parts, Wanted
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import Loss
from softgrad.contracts.target_domains import (
    check_target_values,
    entries_are_coins,
    takes_shares,
)
from softgrad.contracts.targets import read_target
from softgrad.errors import ParameterError
from softgrad.layer.reduction import Reduction
from softgrad.layer.request import Request
from softgrad.layer.weights import RowWeights
from softgrad.operators import Operator


class Call:
    """One call of an output layer: checked arguments, in canonical shape (..., n)."""

    def __init__(
        self, activation: Activation, loss: Loss, z: Any, target: Any, request: Request
    ) -> None:
        self.activation = activation
        self.loss = loss
        self.request = request
        self.given_logits = given = Canonical.of(z, "z", request.axis, request.where)
        self.operand, self.layout, self.keep = given.operand, given.layout, given.keep
        self.given = read_target(
            target, given.operand, given.layout, loss.target_kind, request.ignore_label
        )
        #: Whether each entry of the target is one side's share of two.
        self.has_coins = entries_are_coins(loss, activation.domain, given.layout.classes)
        self.weights = RowWeights(
            request, given.operand, given.layout, self.given, given.keep, self.has_coins
        )
        if request.check_target:
            check_target_values(
                loss, activation.domain, given.xp, self.given, self.layout.classes, self._counted
            )

    def _counted(self) -> Array | None:
        """Which entries count: those that are kept, of rows whose weight is not 0."""
        weights = self.weights.of_rows
        if weights is None:
            return self.keep
        counted = (weights != 0)[..., None]
        return counted if self.keep is None else counted & self.keep

    @cached_property
    def target(self) -> Array:
        """The target after smoothing, 0 at masked entries."""
        t = self._silenced(self.given.entries, 0.5 if self.has_coins else 1.0 / self.layout.classes)
        if self.smoothing:
            t = (1.0 - self.smoothing) * t + self.smoothing * self._even_share(t)
        return self.given_logits.kept(t)

    @property
    def smoothing(self) -> float:
        """`label_smoothing`, for losses of shares."""
        smoothing = self.request.label_smoothing
        if smoothing and not takes_shares(self.loss):
            raise ParameterError(
                f"label_smoothing is {smoothing}; {self.loss!r} takes no shares of classes"
            )
        return smoothing

    def _even_share(self, t: Array) -> Array | float:
        if self.has_coins:
            return 0.5
        if self.keep is None:
            return 1.0 / t.shape[-1]
        xp = self.operand.xp
        kept = xp.sum(xp.astype(self.keep, t.dtype), axis=-1, keepdims=True)
        return 1.0 / xp.where(kept > 0, kept, xp.ones_like(kept))

    def _silenced(self, entries: Array, fill: float) -> Array:
        """`fill` in rows that count nothing, which are not looked at: they may be NaN."""
        xp, weights = self.operand.xp, self.weights.of_rows
        if weights is None:
            return entries
        return xp.where((weights == 0)[..., None], xp.full_like(entries, fill), entries)

    @cached_property
    def moved_logits(self) -> Array:
        """The logits less the margin at the target."""
        margin, logits = self.request.margin, self.given_logits.entries
        return logits - margin * self.given.entries if margin else logits

    @cached_property
    def forms(self) -> Forms:
        """The output of the activation in all its forms, at the logits less the margin."""
        return self.given_logits.forms(self.activation, self._silenced(self.moved_logits, 0.0))

    @cached_property
    def reduction(self) -> Reduction:
        """How rows become the result, each with its weight."""
        return Reduction(self.operand.xp, self.request.reduction, self.weights.of_rows)

    @property
    def factor(self) -> Array | None:
        """What each row's derivatives are multiplied by; None for 1."""
        return self.reduction.factor(self.given_logits.entries[..., 0])

    @property
    def _smooths_one_score(self) -> bool:
        """Whether the smoothed target is that of one score, which kernels take for a class."""
        scores = self.activation.domain.kind == "values"
        return bool(self.smoothing) and scores and self.has_coins

    @property
    def given_target(self) -> Array:
        """The target for a kernel: labels where they were given, else one number an entry."""
        labels = self.given.labels
        if self._smooths_one_score:
            return self.target
        if labels is None:
            return self.given.entries
        return self.operand.xp.asarray(labels, dtype=labels.dtype.newbyteorder("="))

    @property
    def plain_request(self) -> Request:
        """What a kernel has to know beside the arrays: all weights in one number a row."""
        return Request(
            {
                "reduction": "none" if self.request.reduction == "none" else "sum",
                "label_smoothing": 0.0 if self._smooths_one_score else self.smoothing,
                "ignore_label": self.request.ignore_label,
                "check_target": False,
                "where": self.keep,
                "sample_weight": self.factor,
            }
        )

    def by_chain_rule(self, wanted: int) -> Parts:
        """What a kernel is asked for, by the definitions: reduced, one row after the other."""
        forms, t, reduction = self.forms, self.target, self.reduction
        values = slopes = bends = None
        if wanted & Wanted.VALUES:
            values = reduction.values(chain.value(self.loss, forms, t))
        if wanted & Wanted.GRADIENT:
            slopes = reduction.derivatives(chain.gradient(self.loss, forms, t))
        if wanted & Wanted.DIAGONAL:
            bends = reduction.derivatives(chain.hessian(self.loss, forms, t).diagonal())
        return values, slopes, bends

    def finish_operator(self, operator: Operator) -> Operator:
        """One operator a row, times the weight that the row has in the result."""
        factor = self.factor
        return operator if factor is None else operator * factor
