"""OutputLayer: any activation with any loss that its output is in the domain of."""

from __future__ import annotations

from typing import Any, Unpack, cast, final

import numpy as np

from softgrad.arrays.layout import Axis
from softgrad.arrays.namespaces import Array, as_like
from softgrad.arrays.outputs import as_two_outputs, check_outputs
from softgrad.catalogue import find_activation, find_loss
from softgrad.contracts import chain
from softgrad.contracts.activation import Activation
from softgrad.contracts.fast_paths import Parts, Wanted, fast_paths
from softgrad.contracts.loss import Loss
from softgrad.errors import PairError, ShapeError
from softgrad.layer.composing import chain_path, why_not
from softgrad.layer.composition import Composition
from softgrad.layer.options import Options, Settings, check_settings
from softgrad.layer.prepare import Call
from softgrad.layer.target_gradient import target_gradient
from softgrad.operators import Operator

# How the last call was computed, where that is not the chain rule.
_KERNEL, _KERNEL_ON_COPIES = "kernel", "kernel on copies"
# As plain integers, which cost less to join in calls of a microsecond.
_VALUES, _GRADIENT, _DIAGONAL = (int(part) for part in Wanted)


@final
class OutputLayer(Composition):
    """loss(activation(z), target) with its derivatives by the logits z.

    Args:
        activation: an activation or its name.
        loss: a loss, its name, or a weighted sum such as cross_entropy + 1e-4 * z_loss.
        settings: axis, reduction, class_weight, label_smoothing, ignore_label, margin,
            check_target; see `Settings`. Each can be given anew with a call, beside `where` and
            `sample_weight`.

    Raises:
        PairError: the activation's output is not in the loss's domain.
        UnknownNameError, InputTypeError: a name or an object is no activation, or no loss.

    Two layers are equal, with one hash, where activation, loss and settings are.

    A target has z's shape (a number an entry), or that shape without the class axis and an
    integer dtype (labels). Derivatives are those of the reduced value by z, of z's shape.
    """

    __slots__ = ("_kernel", "_looks_at_target", "_path")

    def __init__(
        self, activation: str | Activation, loss: str | Loss, **settings: Unpack[Settings]
    ) -> None:
        super().__init__(find_activation(activation), find_loss(loss), settings)
        check_settings(settings)
        if not self._loss.fits(self._activation):
            raise PairError(why_not(self._activation, self._loss))
        self._kernel = fast_paths.pair(self._activation, self._loss, settings)
        # A loss of labels alone, or of an observation a row, wants its target looked at first.
        self._looks_at_target = self._loss.target_kind in ("labels", "row")
        self._path = ""

    def predict(
        self, z: Any, *, axis: Axis | None = None, where: Any = None, out: Array | None = None
    ) -> Array:
        """The activation's output, without margin."""
        chosen = self._settings.get("axis", -1) if axis is None else axis
        return self._activation(z, axis=chosen, where=where, out=out)

    def value(self, z: Any, target: Any, **options: Unpack[Options]) -> Array:
        """The loss: one value a row, or one number with reduction "sum" or "mean"."""
        fused = self._as_given(_VALUES, z, target, options)
        if fused is not None:
            return fused[0]
        with np.errstate(all="ignore"):
            call = self._call(z, target, options)
            fused = self._made_regular(_VALUES, call)
            return call.finish_total(call.values() if fused is None else fused[0])

    def gradient(
        self, z: Any, target: Any, *, out: Array | None = None, **options: Unpack[Options]
    ) -> Array:
        """The derivative by the logits, of z's shape. `out` may be z itself."""
        fused = self._as_given(_GRADIENT, z, target, options, out)
        if fused is not None:
            return fused[1]
        with np.errstate(all="ignore"):
            call = self._call(z, target, options, {"out": out})
            fused = self._made_regular(_GRADIENT, call)
            slopes = call.slopes() if fused is None else fused[1]
            return call.finish_entries(slopes, out)

    def value_and_gradient(
        self, z: Any, target: Any, *, out: Array | None = None, **options: Unpack[Options]
    ) -> tuple[Array, Array]:
        """The loss and its derivative by the logits; `out` takes the gradient."""
        fused = self._as_given(_VALUES | _GRADIENT, z, target, options, out)
        if fused is not None:
            return fused[0], fused[1]
        with np.errstate(all="ignore"):
            call = self._call(z, target, options, {"out": out})
            fused = self._made_regular(_VALUES | _GRADIENT, call)
            rows = call.values() if fused is None else fused[0]
            slopes = call.slopes() if fused is None else fused[1]
            return call.finish_total(rows), call.finish_entries(slopes, out)

    def gradient_and_hessian_diagonal(
        self,
        z: Any,
        target: Any,
        *,
        out: tuple[Array | None, Array | None] = (None, None),
        **options: Unpack[Options],
    ) -> tuple[Array, Array]:
        """Gradient and diagonal of the Hessian, both of z's shape: what boosting wants.

        `out` takes the two; one of them may be z itself, but they must not share memory.
        """
        first, second = as_two_outputs(out)
        fused = self._as_given(_GRADIENT | _DIAGONAL, z, target, options, first, second)
        if fused is not None:
            return fused[1], fused[2]
        with np.errstate(all="ignore"):
            call = self._call(z, target, options, {"out[0]": first, "out[1]": second})
            fused = self._made_regular(_GRADIENT | _DIAGONAL, call)
            if fused is not None:
                slopes, bends = fused[1], fused[2]
            else:
                diagonal = chain.hessian(self._loss, call.forms, call.target).diagonal()
                slopes, bends = call.slopes(), call.reduction.derivatives(diagonal)
            return call.finish_entries(slopes, first), call.finish_entries(bends, second)

    @np.errstate(all="ignore")
    def hessian(self, z: Any, target: Any, **options: Unpack[Options]) -> Operator:
        """The second derivative by the logits: one operator a row, shape (..., n, n)."""
        call = self._call(z, target, options)
        return call.finish_operator(chain.hessian(self._loss, call.forms, call.target))

    @np.errstate(all="ignore")
    def gauss_newton(self, z: Any, target: Any, **options: Unpack[Options]) -> Operator:
        """J^T H J by the activation's output: positive semi-definite where the loss is convex.

        For an activation that gives logarithms, by the probability itself.
        """
        call = self._call(z, target, options)
        return call.finish_operator(chain.gauss_newton(self._loss, call.forms, call.target))

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
        call = self._call(z, target, options, {"out": out}, v=v)
        vector = as_like(v, call.operand, "v")
        if tuple(vector.shape) != call.layout.shape:
            raise ShapeError(
                f"v has shape {tuple(vector.shape)}; expected z's, {call.layout.shape}"
            )
        canonical = call.layout.enter(call.operand.xp, vector)
        product = chain.hvp(self._loss, call.forms, call.target, canonical)
        return call.finish_entries(call.reduction.derivatives(product), out)

    @np.errstate(all="ignore")
    def target_gradient(self, z: Any, target: Any, **options: Unpack[Options]) -> Array:
        """The derivative of the value by the target: for distillation, and labels that are learnt.

        Of the target's shape, with one number an entry (or an observation a row). It is -log p for
        softmax x cross_entropy, also where the target is 0; an entropy of the target that has an
        infinite slope at 0 (`kl_divergence`) gives -inf there. Smoothing, margin and class weights
        are functions of the target, and are differentiated too.

        Raises:
            TargetError: labels, which have no derivative.
            CapabilityError: the loss has none by its target.
        """
        return target_gradient(self._call(z, target, options))

    def explain(self) -> str:
        """Which path the last call took and why; before any call, the one NumPy arrays take."""
        if self._kernel is not None and self._path in (_KERNEL, _KERNEL_ON_COPIES):
            return self._kernel.describe(copied=self._path == _KERNEL_ON_COPIES)
        path = chain_path(self._activation, self._loss, np)
        return self._path or f"{path}; nothing was computed yet"

    def _call(
        self, z: Any, target: Any, options: Options, outputs: Any = None, **vectors: Any
    ) -> Call:
        merged = cast(Options, {**self._settings, **options})
        call = Call(self._activation, self._loss, z, target, merged)
        if outputs:
            check_outputs(call.operand, outputs, {"z": z, "target": target, **merged, **vectors})
        self._path = chain_path(self._activation, self._loss, call.operand.xp)
        return call

    def _as_given(
        self, wanted: int, z: Any, target: Any, options: Any, out: Any = None, second: Any = None
    ) -> Parts | None:
        """From a kernel that takes the arguments as they are."""
        kernel = self._kernel
        if kernel is None or self._looks_at_target:
            return None
        found = kernel.run(wanted, z, target, options, out, second)
        if found is not None:
            self._path = _KERNEL
        return found

    def _made_regular(self, wanted: int, call: Call) -> Parts | None:
        """From a kernel, by the arrays that the call has made of its arguments."""
        if self._kernel is None or call.operand.xp is not np:
            return None
        found = self._kernel.run(wanted, call.moved_logits, call.given_target, call.plain_options)
        if found is not None:
            self._path = _KERNEL_ON_COPIES
        return found
