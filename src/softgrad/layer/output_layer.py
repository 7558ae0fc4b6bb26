"""OutputLayer: any activation with any loss that its output is in the domain of."""

from __future__ import annotations

from typing import Any, Unpack, final

import numpy as np

from softgrad.arrays.layout import Axis
from softgrad.arrays.namespaces import Array
from softgrad.arrays.outputs import as_two_outputs
from softgrad.catalogue import find_activation, find_loss
from softgrad.contracts import chain
from softgrad.contracts.activation import Activation
from softgrad.contracts.fast_paths import Wanted, bridge_of
from softgrad.contracts.loss import Loss
from softgrad.displays import displays
from softgrad.layer.ladder import Ladder
from softgrad.layer.options import Options, Settings
from softgrad.layer.request import Request
from softgrad.layer.target_gradient import target_gradient
from softgrad.layer.weights import weights_without_logits
from softgrad.operators import Operator

# As plain integers, which cost less to join in calls of a microsecond.
_VALUES, _GRADIENT = int(Wanted.VALUES), int(Wanted.GRADIENT)
_DIAGONAL, _GAUSS_NEWTON = int(Wanted.DIAGONAL), int(Wanted.GAUSS_NEWTON)


@final
class OutputLayer(Ladder):
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

    __slots__ = ()

    def __init__(
        self, activation: str | Activation, loss: str | Loss, **settings: Unpack[Settings]
    ) -> None:
        super().__init__(find_activation(activation), find_loss(loss), settings)

    def predict(
        self, z: Any, *, axis: Axis | None = None, where: Any = None, out: Array | None = None
    ) -> Array:
        """The activation's output, without margin."""
        chosen = self._request.axis if axis is None else axis
        return self._activation(z, axis=chosen, where=where, out=out)

    def value(self, z: Any, target: Any, **options: Unpack[Options]) -> Array:
        """The loss: one value a row, or one number with reduction "sum" or "mean"."""
        bridge = bridge_of(z)
        if bridge is not None:
            return bridge.layer("value", self, z, target, options)
        return self.parts(_VALUES, z, target, options)[0]

    def gradient(
        self, z: Any, target: Any, *, out: Array | None = None, **options: Unpack[Options]
    ) -> Array:
        """The derivative by the logits, of z's shape. `out` may be z itself."""
        bridge = bridge_of(z)
        if bridge is not None:
            return bridge.layer("gradient", self, z, target, options, out=out)
        return self.parts(_GRADIENT, z, target, options, out)[1]

    def value_and_gradient(
        self, z: Any, target: Any, *, out: Array | None = None, **options: Unpack[Options]
    ) -> tuple[Array, Array]:
        """The loss and its derivative by the logits; `out` takes the gradient."""
        bridge = bridge_of(z)
        if bridge is not None:
            return bridge.layer("value_and_gradient", self, z, target, options, out=out)
        found = self.parts(_VALUES | _GRADIENT, z, target, options, out)
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
        bridge = bridge_of(z)
        if bridge is not None:
            name = "gradient_and_hessian_diagonal"
            return bridge.layer(name, self, z, target, options, out=first, second=second)
        found = self.parts(_GRADIENT | _DIAGONAL, z, target, options, first, second)
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
        bridge = bridge_of(z)
        if bridge is not None:
            return bridge.layer("hvp", self, z, target, options, v=v, out=out)
        return self._product(_GRADIENT, z, target, v, options, out)

    def gauss_newton_product(
        self,
        z: Any,
        target: Any,
        v: Any,
        *,
        out: Array | None = None,
        **options: Unpack[Options],
    ) -> Array:
        """`gauss_newton(z, target) @ v`, of z's shape, without the operator."""
        return self._product(_GRADIENT | _GAUSS_NEWTON, z, target, v, options, out)

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
        bridge = bridge_of(z)
        if bridge is not None:
            return bridge.layer("target_gradient", self, z, target, options)
        with np.errstate(all="ignore"):
            call = self._call(z, target, Request(options, self._request))
            return target_gradient(self._chained(call))

    def explore(self, z: Any = None, target: Any = None) -> Any:
        """The explorer's page at this layer: shown inside a notebook, elsewhere its address.

        Args:
            z: one row of at most eight logits.
            target: for that row.

        Raises:
            MissingPackageError: it needs `pip install 'softgrad[explore]'`.
            ParameterError: the layer has settings, or is not made of the catalogue alone.
        """
        return displays.explore(self, z, target)

    def row_weights(
        self, target: Any, shape: tuple[int, ...], **options: Unpack[Options]
    ) -> np.ndarray | None:
        """Sample weight times class weight of each row, for logits of that shape; None for 1.

        For NumPy's targets, in float64. A row whose label is ignored has 0. Who gives these as
        `sample_weight` to a layer without class weights has the same loss.
        """
        request = Request(options, self._request)
        return weights_without_logits(self._activation, self._loss, target, shape, request)
