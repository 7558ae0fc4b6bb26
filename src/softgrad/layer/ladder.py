"""How a call of a layer is computed: by a kernel, by one on regular arrays, or by the chain."""

from __future__ import annotations

from typing import Any

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.arrays.outputs import check_outputs
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

# How the last call was computed, where that is not the chain rule.
_KERNEL, _KERNEL_ON_COPIES = "kernel", "kernel on copies"
# As plain integers, which cost less to join in calls of a microsecond.
_DIAGONAL = int(Wanted.DIAGONAL)
_WIDE_VALUES, _GAUSS_NEWTON = int(Wanted.WIDE_VALUES), int(Wanted.GAUSS_NEWTON)


class Ladder(Composition):
    """Base of the output layer: an activation and a loss that fit, and the ways to compute them.

    Raises:
        PairError: the activation's output is not in the loss's domain.
    """

    __slots__ = ("_kernel", "_looks_at_target", "_path")

    def __init__(self, activation: Activation, loss: Loss, settings: Settings) -> None:
        super().__init__(activation, loss, settings)
        if not loss.fits(activation):
            raise PairError(why_not(activation, loss))
        self._kernel = fast_paths.pair(activation, loss)
        # A loss of labels alone, or of an observation a row, wants its target looked at first.
        self._looks_at_target = loss.target_kind in ("labels", "row", "bounds")
        self._path = ""

    def explain(self) -> str:
        """Which path the last call took and why; before any call, the one NumPy arrays take."""
        if self._kernel is not None and self._path in (_KERNEL, _KERNEL_ON_COPIES):
            return self._kernel.describe(copied=self._path == _KERNEL_ON_COPIES)
        if self._path:
            return self._path
        return f"{chain_path(self._activation, self._loss, np)}; nothing was computed yet"

    def note_path(self, path: str) -> None:
        """What `explain` says from now on, where a bridge computes without this object."""
        self._path = path

    def parts(
        self,
        wanted: int,
        z: Any,
        target: Any,
        options: Options,
        out: Any = None,
        second: Any = None,
    ) -> Parts:
        """Values, gradient and diagonal, as far as they are `wanted` (a sum of `Wanted`).

        What the methods above ask for, where no bridge serves: by a kernel that takes the
        arguments as they are; else by one that takes the regular arrays which a call makes of
        them; else by the chain rule.
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
            finish, finish_rows = call.given_logits.finish, call.given_logits.finish_rows
            return (
                values if values is None or wanted & _WIDE_VALUES else finish_rows(values),
                None if slopes is None else finish(slopes, out),
                None if bends is None else finish(bends, second),
            )

    def _product(
        self, wanted: int, z: Any, target: Any, v: Any, options: Options, out: Any
    ) -> Array:
        """The Hessian (or Gauss-Newton) times v, of z's shape: the same ladder."""
        request = Request(options, self._request)
        kernel = self._kernel
        if kernel is not None and not self._looks_at_target:
            found = kernel.run(wanted, z, target, request, out, None, v)
            if found is not None:
                self._path = _KERNEL
                return found[1]
        with np.errstate(all="ignore"):
            call = self._call(z, target, request, {"out": out}, v=v)
            vector = call.given_logits.vector(v, "v")
            if kernel is not None and call.operand.xp is np:
                moved = call.moved_logits, call.given_target, call.plain_request
                found = kernel.run(wanted, *moved, None, None, vector)
                if found is not None:
                    self._path = _KERNEL_ON_COPIES
                    return call.given_logits.finish(found[1], out)
            multiply = chain.gauss_newton_product if wanted & _GAUSS_NEWTON else chain.hvp
            product = multiply(self._loss, self._chained(call).forms, call.target, vector)
            return call.given_logits.finish(call.reduction.derivatives(product), out)

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
