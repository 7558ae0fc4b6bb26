"""OutputLayer: any activation with any loss that its output is in the domain of."""

from __future__ import annotations

from typing import Any, Unpack, final

import numpy as np

from softgrad.arrays.layout import Axis
from softgrad.arrays.namespaces import Array
from softgrad.arrays.outputs import as_two_outputs, check_outputs
from softgrad.catalogue import find_activation, find_loss
from softgrad.contracts import chain
from softgrad.contracts.activation import Activation
from softgrad.contracts.fast_paths import Parts, Wanted, fast_paths
from softgrad.contracts.loss import Loss
from softgrad.errors import PairError
from softgrad.layer.composing import chain_path, why_not
from softgrad.layer.composition import Composition
from softgrad.layer.options import Options, Settings
from softgrad.layer.prepare import Call
from softgrad.layer.request import Request
from softgrad.layer.target_gradient import target_gradient
from softgrad.layer.weights import weights_without_logits
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
        if not self._loss.fits(self._activation):
            raise PairError(why_not(self._activation, self._loss))
        self._kernel = fast_paths.pair(self._activation, self._loss)
        # A loss of labels alone, or of an observation a row, wants its target looked at first.
        self._looks_at_target = self._loss.target_kind in ("labels", "row")
        self._path = ""

    def predict(
        self, z: Any, *, axis: Axis | None = None, where: Any = None, out: Array | None = None
    ) -> Array:
        """The activation's output, without margin."""
        chosen = self._request.axis if axis is None else axis
        return self._activation(z, axis=chosen, where=where, out=out)

    def value(self, z: Any, target: Any, **options: Unpack[Options]) -> Array:
        """The loss: one value a row, or one number with reduction "sum" or "mean"."""
        return self._parts(_VALUES, z, target, options)[0]

    def gradient(
        self, z: Any, target: Any, *, out: Array | None = None, **options: Unpack[Options]
    ) -> Array:
        """The derivative by the logits, of z's shape. `out` may be z itself."""
        return self._parts(_GRADIENT, z, target, options, out)[1]

    def value_and_gradient(
        self, z: Any, target: Any, *, out: Array | None = None, **options: Unpack[Options]
    ) -> tuple[Array, Array]:
        """The loss and its derivative by the logits; `out` takes the gradient."""
        found = self._parts(_VALUES | _GRADIENT, z, target, options, out)
        return found[0], found[1]

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
        found = self._parts(_GRADIENT | _DIAGONAL, z, target, options, first, second)
        return found[1], found[2]

    @np.errstate(all="ignore")
    def hessian(self, z: Any, target: Any, **options: Unpack[Options]) -> Operator:
        """The second derivative by the logits: one operator a row, shape (..., n, n)."""
        call = self._chained(self._call(z, target, Request(options, self._request)))
        return call.finish_operator(chain.hessian(self._loss, call.forms, call.target))

    @np.errstate(all="ignore")
    def gauss_newton(self, z: Any, target: Any, **options: Unpack[Options]) -> Operator:
        """J^T H J by the activation's output: positive semi-definite where the loss is convex.

        For an activation that gives logarithms, by the probability itself.
        """
        call = self._chained(self._call(z, target, Request(options, self._request)))
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
        request = Request(options, self._request)
        kernel = self._kernel  # as in `_parts`
        if kernel is not None and not self._looks_at_target:
            found = kernel.run(_GRADIENT, z, target, request, out, None, v)
            if found is not None:
                self._path = _KERNEL
                return found[1]
        call = self._call(z, target, request, {"out": out}, v=v)
        vector = call.given_logits.vector(v, "v")
        if kernel is not None and call.operand.xp is np:
            moved = call.moved_logits, call.given_target, call.plain_request
            found = kernel.run(_GRADIENT, *moved, None, None, vector)
            if found is not None:
                self._path = _KERNEL_ON_COPIES
                return call.given_logits.finish(found[1], out)
        call = self._chained(call)
        product = chain.hvp(self._loss, call.forms, call.target, vector)
        return call.given_logits.finish(call.reduction.derivatives(product), out)

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
        call = self._call(z, target, Request(options, self._request))
        return target_gradient(self._chained(call))

    def row_weights(
        self, target: Any, shape: tuple[int, ...], **options: Unpack[Options]
    ) -> np.ndarray | None:
        """Sample weight times class weight of each row, for logits of that shape; None for 1.

        For NumPy's targets, in float64. A row whose label is ignored has 0. Who gives these as
        `sample_weight` to a layer without class weights has the same loss.
        """
        request = Request(options, self._request)
        return weights_without_logits(self._activation, self._loss, target, shape, request)

    def explain(self) -> str:
        """Which path the last call took and why; before any call, the one NumPy arrays take."""
        if self._kernel is not None and self._path in (_KERNEL, _KERNEL_ON_COPIES):
            return self._kernel.describe(copied=self._path == _KERNEL_ON_COPIES)
        if self._path:
            return self._path
        return f"{chain_path(self._activation, self._loss, np)}; nothing was computed yet"

    def _parts(
        self, wanted: int, z: Any, target: Any, options: Any, out: Any = None, second: Any = None
    ) -> Parts:
        """Values, gradient and diagonal, as far as they are wanted: the ladder.

        By a kernel that takes the arguments as they are; else by one that takes the regular
        arrays which a call makes of them; else by the chain rule.
        """
        request = Request(options, self._request) if options else self._request
        kernel = self._kernel
        if kernel is not None and not self._looks_at_target:
            found = kernel.run(wanted, z, target, request, out, second)
            if found is not None:
                self._path = _KERNEL
                return found
        with np.errstate(all="ignore"):
            outputs: dict[str, Any] = {}
            if out is not None or second is not None:
                two = {"out[0]": out, "out[1]": second}
                outputs = two if wanted & _DIAGONAL else {"out": out}
            call = self._call(z, target, request, outputs)
            found = None
            if kernel is not None and call.operand.xp is np:
                found = kernel.run(wanted, call.moved_logits, call.given_target, call.plain_request)
            if found is not None:
                self._path = _KERNEL_ON_COPIES
            else:
                found = self._chained(call).by_chain_rule(wanted)
            values, slopes, bends = found
            finish = call.given_logits.finish
            return (
                None if values is None else call.given_logits.finish_rows(values),
                None if slopes is None else finish(slopes, out),
                None if bends is None else finish(bends, second),
            )

    def _call(
        self, z: Any, target: Any, request: Request, outputs: Any = None, **vectors: Any
    ) -> Call:
        call = Call(self._activation, self._loss, z, target, request)
        if outputs:
            inputs = {"z": z, "target": target, **request.arrays, **vectors}
            check_outputs(call.operand, outputs, inputs)
        return call

    def _chained(self, call: Call) -> Call:
        """The same call, of which it is noted that the chain rule serves it."""
        self._path = chain_path(self._activation, self._loss, call.operand.xp)
        return call
