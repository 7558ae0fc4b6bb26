"""From what a caller gives to what the chain rule needs: forms, targets and row weights."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from softgrad.arrays.layout import Layout
from softgrad.arrays.namespaces import Array, Operand, as_mask, as_operand, finish
from softgrad.contracts import chain
from softgrad.contracts.activation import Activation
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import Loss
from softgrad.contracts.target_domains import check_target_values, entries_are_coins
from softgrad.contracts.targets import read_target
from softgrad.errors import ParameterError
from softgrad.layer.options import Options, check_options
from softgrad.layer.reduction import Reduction, class_weights, sample_weights
from softgrad.operators import Operator


class Call:
    """One call of an output layer: checked arguments, in canonical shape (..., n)."""

    def __init__(
        self, activation: Activation, loss: Loss, z: Any, target: Any, options: Options
    ) -> None:
        check_options(options)
        self.activation = activation
        self.loss = loss
        self.options = options
        self.operand: Operand = as_operand(z, "z")
        shape = tuple(self.operand.array.shape)
        self.layout = Layout.of(shape, options.get("axis", -1), "z")
        self.logits: Array = self.layout.enter(self.operand.xp, self.operand.array)
        self.given = read_target(
            target, self.operand, self.layout, loss.target_kind, options.get("ignore_label")
        )
        if options.get("check_target", True):
            self._check_target()

    def _check_target(self) -> None:
        check_target_values(
            self.loss,
            self.activation.domain,
            self.operand.xp,
            self.given,
            self.layout.classes,
            self._counted,
        )

    def _counted(self) -> Array | None:
        """Which entries count: those that are kept, of rows whose weight is not 0."""
        weights = self.reduction.weights
        if weights is None:
            return self.keep
        counted = (weights != 0)[..., None]
        return counted if self.keep is None else counted & self.keep

    @cached_property
    def keep(self) -> Array | None:
        """The mask in canonical shape, or None where nothing is masked."""
        where = self.options.get("where")
        if where is None:
            return None
        mask = as_mask(where, self.operand, self.layout.shape)
        return self.layout.enter(self.operand.xp, mask)

    @cached_property
    def target(self) -> Array:
        """The target after smoothing, 0 at masked entries."""
        xp, t = self.operand.xp, self.given.entries
        weights = self.reduction.weights
        if weights is not None:  # as with the logits: what counts nothing may be NaN
            even = xp.full_like(t, 0.5 if self._has_coins else 1.0 / t.shape[-1])
            t = xp.where((weights == 0)[..., None], even, t)
        if self.smoothing:
            t = (1.0 - self.smoothing) * t + self.smoothing * self._even_share(t)
        return t if self.keep is None else xp.where(self.keep, t, xp.zeros_like(t))

    @property
    def smoothing(self) -> float:
        """`label_smoothing`, for losses that have soft targets."""
        smoothing = float(self.options.get("label_smoothing", 0.0))
        if smoothing and self.loss.target_kind in ("labels", "row"):
            raise ParameterError(
                f"label_smoothing is {smoothing}; {self.loss!r} takes no soft targets"
            )
        return smoothing

    def _even_share(self, t: Array) -> Array | float:
        if self._has_coins:
            return 0.5
        if self.keep is None:
            return 1.0 / t.shape[-1]
        xp = self.operand.xp
        kept = xp.sum(xp.astype(self.keep, t.dtype), axis=-1, keepdims=True)
        return 1.0 / xp.where(kept > 0, kept, xp.ones_like(kept))

    @cached_property
    def moved_logits(self) -> Array:
        """The logits less the margin at the target."""
        margin = float(self.options.get("margin", 0.0))
        return self.logits - margin * self.given.entries if margin else self.logits

    @cached_property
    def forms(self) -> Forms:
        """The output of the activation in all its forms, at the logits less the margin."""
        xp, z = self.operand.xp, self.moved_logits
        weights = self.reduction.weights
        if weights is not None:  # what counts nothing is not looked at: it may be NaN
            z = xp.where((weights == 0)[..., None], xp.zeros_like(z), z)
        if self.keep is None:
            return self.activation.forms(xp, z)
        filled = xp.where(self.keep, z, xp.full_like(z, self.activation.neutral))
        return self.activation.forms(xp, filled).masked(self.keep)

    @cached_property
    def reduction(self) -> Reduction:
        """Row weights: sample weight times class weight, 0 where the label is ignored."""
        xp, options = self.operand.xp, self.options
        weights: Array | None = None
        if options.get("sample_weight") is not None:
            weights = sample_weights(
                options.get("sample_weight"), self.operand, self.layout.batch_shape
            )
        if options.get("class_weight") is not None:
            of_row = self._class_weight_of_row()
            # (A class weight of a target that is NaN is NaN.)
            weights = of_row if weights is None else xp.where(weights == 0, 0.0, weights * of_row)
        if self.given.ignored is not None:
            counted = xp.astype(~self.given.ignored, self.logits.dtype)
            weights = counted if weights is None else weights * counted
        return Reduction(xp, options.get("reduction", "none"), weights)

    @cached_property
    def weight_slopes(self) -> Array | None:
        """How each row's weight changes with its target, shape (..., n); None where it does not."""
        value = self.options.get("class_weight")
        if value is None:
            return None
        xp, t = self.operand.xp, self.given.entries
        if self._is_one_coin:
            tails, heads = class_weights(value, self.operand, 2)
            slopes = (heads - tails) + xp.zeros_like(t)
        else:
            slopes = class_weights(value, self.operand, t.shape[-1]) + xp.zeros_like(t)
        given = self.options.get("sample_weight")
        if given is None:
            return slopes
        return sample_weights(given, self.operand, self.layout.batch_shape)[..., None] * slopes

    @cached_property
    def _has_coins(self) -> bool:
        """Whether each entry of the target is one side's share of two."""
        return entries_are_coins(self.loss, self.activation.domain, self.layout.classes)

    @property
    def _is_one_coin(self) -> bool:
        """Whether a row is one coin, which has two classes."""
        return self._has_coins and self.layout.classes == 1

    @property
    def _smooths_one_score(self) -> bool:
        """Whether the smoothed target is that of one score, which kernels take for a class."""
        scores = self.activation.domain.kind == "values"
        return bool(self.smoothing) and scores and self._is_one_coin

    @property
    def _kept_target(self) -> Array:
        """The target before smoothing, 0 at masked entries, which name no class."""
        t = self.given.entries
        xp = self.operand.xp
        return t if self.keep is None else xp.where(self.keep, t, xp.zeros_like(t))

    def _class_weight_of_row(self) -> Array:
        value, labels = self.options.get("class_weight"), self.given.labels
        if labels is not None and self.layout.classes > 1 and self.keep is None:
            return self._class_weight_of_label(
                class_weights(value, self.operand, self.layout.classes)
            )
        t = self._kept_target
        if self._is_one_coin:
            tails, heads = class_weights(value, self.operand, 2)
            return (tails * (1.0 - t) + heads * t)[..., 0]
        by_class = class_weights(value, self.operand, t.shape[-1])
        return self.operand.xp.sum(t * by_class, axis=-1)

    def _class_weight_of_label(self, by_class: Array) -> Array:
        xp, labels = self.operand.xp, self.given.labels
        if self.given.ignored is not None:  # an ignored label need not be a class
            labels = xp.where(self.given.ignored, xp.zeros_like(labels), labels)
        flat = xp.take(by_class, xp.reshape(xp.astype(labels, xp.int64), (-1,)), axis=0)
        return xp.reshape(flat, self.layout.batch_shape)

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
    def plain_options(self) -> dict[str, Any]:
        """What a kernel has to know beside the arrays: all weights in one number a row."""
        factor = self.reduction.factor(self.logits[..., 0])
        return {
            "axis": -1,
            "reduction": "none" if self.reduction.rule == "none" else "sum",
            "class_weight": None,
            "label_smoothing": 0.0 if self._smooths_one_score else self.smoothing,
            "ignore_label": self.options.get("ignore_label"),
            "margin": 0.0,
            "check_target": False,
            "where": self.keep,
            "sample_weight": factor,
        }

    def values(self) -> Array:
        """The loss by the chain rule, reduced."""
        return self.reduction.values(chain.value(self.loss, self.forms, self.target))

    def slopes(self) -> Array:
        """The gradient by the chain rule, reduced, one row after the other."""
        return self.reduction.derivatives(chain.gradient(self.loss, self.forms, self.target))

    def finish_operator(self, operator: Operator) -> Operator:
        """One operator a row, times the weight that the row has in the result."""
        factor = self.reduction.factor(self.logits[..., 0])
        return operator if factor is None else operator * factor

    def finish_total(self, values: Array) -> Array:
        """One value a row (or one number), in the promised dtype."""
        return finish(values, self.operand, None)

    def finish_entries(self, entries: Array, out: Array | None = None) -> Array:
        """One value an entry, in z's shape and the promised dtype."""
        return finish(self.layout.leave(self.operand.xp, entries), self.operand, out)
