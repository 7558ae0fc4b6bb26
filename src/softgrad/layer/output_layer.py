"""OutputLayer: any activation with any loss that its output is in the domain of."""

from __future__ import annotations

from typing import Any, Unpack, cast, final

import numpy as np

from softgrad.arrays.layout import Axis
from softgrad.arrays.namespaces import Array, as_like
from softgrad.catalogue import find_activation, find_loss, suggestions
from softgrad.contracts import chain
from softgrad.contracts.activation import Activation
from softgrad.contracts.fast_paths import fast_paths
from softgrad.contracts.forms import LivesOn
from softgrad.contracts.loss import Loss, RowLoss
from softgrad.errors import PairError, ShapeError
from softgrad.layer.options import Options, Settings, check_settings
from softgrad.layer.prepare import Call
from softgrad.operators import Operator


@final
class OutputLayer:
    """loss(activation(z), target) with its derivatives by the logits z.

    Args:
        activation: an activation or its name.
        loss: a loss, its name, or a weighted sum such as cross_entropy + 1e-4 * z_loss.
        settings: axis, reduction, class_weight, label_smoothing, ignore_label, margin; see
            `Settings`. Each can be given anew with a call, beside `where` and `sample_weight`.

    Raises:
        PairError: the activation's output is not in the loss's domain.

    A target has z's shape (a number an entry), or that shape without the class axis and an
    integer dtype (labels). Derivatives are those of the reduced value by z, of z's shape.
    """

    def __init__(
        self, activation: str | Activation, loss: str | Loss, **settings: Unpack[Settings]
    ) -> None:
        self.activation = find_activation(activation)
        self.loss = find_loss(loss)
        self.settings = settings
        check_settings(settings)
        self._path: str | None = None
        if not self.loss.fits(self.activation):
            raise PairError(_why_not(self.activation, self.loss))

    @np.errstate(all="ignore")
    def predict(
        self, z: Any, *, axis: Axis | None = None, where: Any = None, out: Array | None = None
    ) -> Array:
        """The activation's output, without margin."""
        chosen = self.settings.get("axis", -1) if axis is None else axis
        return self.activation(z, axis=chosen, where=where, out=out)

    @np.errstate(all="ignore")
    def value(self, z: Any, target: Any, **options: Unpack[Options]) -> Array:
        """The loss: one value a row, or one number with reduction "sum" or "mean"."""
        call = self._call(z, target, options)
        rows = chain.value(self.loss, call.forms, call.target)
        return call.finish_rows(call.reduction.values(rows))

    @np.errstate(all="ignore")
    def gradient(
        self, z: Any, target: Any, *, out: Array | None = None, **options: Unpack[Options]
    ) -> Array:
        """The derivative by the logits, of z's shape. `out` may be z itself."""
        call = self._call(z, target, options)
        fused = self._fused(call, out)
        return self._slopes(call, out) if fused is None else fused[1]

    @np.errstate(all="ignore")
    def value_and_gradient(
        self, z: Any, target: Any, *, out: Array | None = None, **options: Unpack[Options]
    ) -> tuple[Array, Array]:
        """The loss and its derivative by the logits; `out` takes the gradient."""
        call = self._call(z, target, options)
        fused = self._fused(call, out)
        if fused is not None:
            return fused
        rows = chain.value(self.loss, call.forms, call.target)
        return call.finish_rows(call.reduction.values(rows)), self._slopes(call, out)

    @np.errstate(all="ignore")
    def gradient_and_hessian_diagonal(
        self, z: Any, target: Any, **options: Unpack[Options]
    ) -> tuple[Array, Array]:
        """Gradient and diagonal of the Hessian, both of z's shape: what boosting wants."""
        call = self._call(z, target, options)
        diagonal = chain.hessian(self.loss, call.forms, call.target).diagonal()
        weighted = call.reduction.derivatives(diagonal)
        return self._slopes(call, None), call.finish_entries(weighted)

    @np.errstate(all="ignore")
    def hessian(self, z: Any, target: Any, **options: Unpack[Options]) -> Operator:
        """The second derivative by the logits: one operator a row, shape (..., n, n)."""
        call = self._call(z, target, options)
        return self._weighted(call, chain.hessian(self.loss, call.forms, call.target))

    @np.errstate(all="ignore")
    def gauss_newton(self, z: Any, target: Any, **options: Unpack[Options]) -> Operator:
        """J^T H J by the activation's output: positive semi-definite where the loss is convex.

        For an activation that gives logarithms, by the probability itself.
        """
        call = self._call(z, target, options)
        return self._weighted(call, chain.gauss_newton(self.loss, call.forms, call.target))

    @np.errstate(all="ignore")
    def hvp(
        self,
        z: Any,
        target: Any,
        v: Any,
        *,
        out: Array | None = None,
        **options: Unpack[Options],
    ) -> Array:
        """The Hessian times v, of z's shape, without forming the Hessian."""
        call = self._call(z, target, options)
        vector = as_like(v, call.operand, "v")
        if tuple(vector.shape) != call.layout.shape:
            raise ShapeError(
                f"v has shape {tuple(vector.shape)}; expected z's, {call.layout.shape}"
            )
        canonical = call.layout.enter(call.operand.xp, vector)
        product = chain.hvp(self.loss, call.forms, call.target, canonical)
        return call.finish_entries(call.reduction.derivatives(product), out)

    def explain(self) -> str:
        """Which path the last call took and why; before any call, the one NumPy arrays take."""
        return self._path or f"{self._chain_path(np)}; nothing was computed yet"

    def __repr__(self) -> str:
        settings = "".join(f", {key}={value!r}" for key, value in self.settings.items())
        return f"OutputLayer({self.activation!r}, {self.loss!r}{settings})"

    def _call(self, z: Any, target: Any, options: Options) -> Call:
        merged = cast(Options, {**self.settings, **options})
        call = Call(self.activation, self.loss, z, target, merged)
        self._path = self._chain_path(call.operand.xp)
        return call

    def _slopes(self, call: Call, out: Array | None) -> Array:
        """The gradient by the chain rule, reduced and in z's shape."""
        slopes = chain.gradient(self.loss, call.forms, call.target)
        return call.finish_entries(call.reduction.derivatives(slopes), out)

    def _fused(self, call: Call, out: Array | None) -> tuple[Array, Array] | None:
        """Value and gradient from a kernel, where one serves this pair and these arrays."""
        kernel = fast_paths.value_and_gradient.get((type(self.activation), type(self.loss)))
        if kernel is None or not call.is_plain:
            return None
        if call.operand.result_dtype != call.logits.dtype:
            return None
        given = call.given
        target = (
            given.entries if given.labels is None or given.ignored is not None else given.labels
        )
        factor = call.reduction.factor(call.logits[..., 0])
        result = kernel(self.activation, self.loss, call.logits, target, factor, out)
        if result is None:
            return None
        self._path = kernel.describe(call.logits)
        values, gradient = result
        rule = call.reduction.rule
        total = values if rule == "none" else call.operand.xp.sum(values)
        return call.finish_rows(total), gradient

    def _weighted(self, call: Call, operator: Operator) -> Operator:
        factor = call.reduction.factor(call.logits[..., 0])
        return operator if factor is None else operator * factor

    def _chain_path(self, xp: Any) -> str:
        kind = self.activation.domain.kind
        entries = "values" if kind == "values" else "probabilities"
        logs = f"log-{entries}"
        output = logs if kind.startswith("log-") else entries
        called = {LivesOn.LOGITS: "logits", LivesOn.OUTPUT: output, LivesOn.LOG: logs}
        through = sorted({called[term.lives_on] for _, term in self.loss.terms})
        framework = "NumPy" if xp is np else xp.__name__.removeprefix("array_api_compat.")
        return f"chain rule through {' and '.join(through)} ({framework})"


def _why_not(activation: Activation, loss: Loss) -> str:
    def refused(term: RowLoss) -> bool:
        return not term.fits(activation)

    term = next(term for _, term in loss.terms if refused(term))
    if term.needs_potential and not activation.has_potential:
        reason = f"{activation!r} is not the gradient of a convex potential, which {term!r} needs"
    else:
        wanted = "; ".join(str(domain) for domain in term.accepts)
        reason = f"{activation!r} gives {activation.domain}, but {term!r} is defined on: {wanted}"
    return f"{reason}. {suggestions(activation, term)}"
