"""Output layers by the compiled stages of their activation and their loss."""

from __future__ import annotations

from logging import DEBUG
from math import frexp, prod
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from softgrad.arrays.layout import Axis
from softgrad.contracts.activation import Activation
from softgrad.contracts.fast_paths import Parts, Wanted
from softgrad.contracts.loss import RowLoss
from softgrad.contracts.target_domains import entries_are_coins, takes_shares, target_limits
from softgrad.kernels.description import describe, logger
from softgrad.kernels.parameters import is_of_catalogue, reader_of_parameters
from softgrad.layer.request import Request

if TYPE_CHECKING:
    from types import ModuleType

# Beside `Wanted`: the sum of the values in their place, and everything divided by the weights' sum.
_SUM, _MEAN = 16, 32
_AS_SUM = int(Wanted.WIDE_VALUES) | _SUM  # plain integers cost less to join


class Pair:
    """One activation and one loss."""

    def __init__(
        self,
        native: ModuleType,
        numbers: tuple[int, int],
        activation: Activation,
        loss: RowLoss,
    ) -> None:
        self._native = native
        self._loss = native.loss  # saves a look-up in calls of a microsecond, as does the next
        self._threads_of_last_run = native.threads_of_last_run
        self._name = f"{activation.name} x {loss.name}"
        self._activation_number, self._loss_number = numbers
        self._activation_parameters = reader_of_parameters(type(activation))(activation)
        self._loss_parameters = reader_of_parameters(type(loss))(loss)
        self._heads_weight, self._tails_weight = loss.side_weights
        self._limits = target_limits(loss, activation.domain)
        self._of_coins = entries_are_coins(loss, activation.domain, 2)
        self._of_one_score = not self._of_coins and entries_are_coins(loss, activation.domain, 1)
        self._takes_shares = takes_shares(loss)
        self._row_length = loss.row_length
        self._ran_on: tuple[Any, int] = (np.dtype(np.float64), 1)

    def run(
        self,
        wanted: int,
        z: Any,
        target: Any,
        request: Request,
        out: Any = None,
        out_diagonal: Any = None,
        v: Any = None,
        /,
    ) -> Parts | None:
        """See `softgrad.contracts.fast_paths.PairKernel`."""
        by_class, smoothing = request.class_weight, request.label_smoothing
        if not request.is_plain or (self._of_coins and by_class is not None):
            return None  # a row of one coin has two classes: the layer knows
        if smoothing and not self._takes_shares:
            return None  # which the layer refuses
        if self._row_length and _classes(z, request.axis) != self._row_length:
            return None  # which the loss refuses
        shared = smoothing or by_class is not None
        if shared and self._of_one_score and _classes(z, request.axis) == 1:
            return None  # as has the only score of a row
        reduced = request.reduction != "none"
        if reduced:
            wanted |= _AS_SUM if request.reduction == "sum" else _AS_SUM | _MEAN
        found = self._loss(
            self._activation_number,
            self._activation_parameters,
            self._loss_number,
            self._loss_parameters,
            wanted,
            z,
            target,
            request.axis,
            request.where,
            out,
            out_diagonal,
            request.sample_weight,
            by_class,
            request.ignore_label,
            self._limits if request.check_target else None,
            smoothing,
            self._heads_weight,
            self._tails_weight,
            v,
        )
        if found is None:
            return None
        self._ran_on = z.dtype, self._threads_of_last_run()
        if logger.isEnabledFor(DEBUG):
            logger.debug("%s", self.describe(copied=False))
        if reduced and z.dtype.itemsize == 2 and found[0] is not None:
            with np.errstate(over="ignore"):  # it is infinite then
                return found[0].astype(z.dtype), found[1], found[2]
        return found

    def describe(self, *, copied: bool) -> str:
        """What ran last."""
        return describe(self._native, self._name, *self._ran_on, copied=copied)


class ScaledPair:
    """A pair whose loss counts a power of two: no result is rounded twice."""

    def __init__(self, pair: Pair, factor: float) -> None:
        self._pair = pair
        self._factor = factor

    def run(self, wanted: int, z: Any, target: Any, request: Request, /, *others: Any) -> Any:
        """See `softgrad.contracts.fast_paths.PairKernel`."""
        if getattr(getattr(z, "dtype", None), "itemsize", 2) == 2:
            return None  # twice the loss may overflow where the loss does not
        found = self._pair.run(wanted, z, target, request, *others)
        return None if found is None else tuple(self._scaled(part) for part in found)

    def describe(self, *, copied: bool) -> str:
        """What ran last."""
        return self._pair.describe(copied=copied)

    def _scaled(self, part: Any) -> Any:
        if part is None or np.ndim(part) == 0:
            return None if part is None else part * self._factor
        return np.multiply(part, self._factor, out=part)


def _shape(z: Any) -> tuple[int, ...]:
    """Of arrays that the compiled code takes; anything of the rest, which it refuses."""
    return getattr(z, "shape", ())


def _classes(z: Any, axis: Axis) -> int:
    """How many entries a row has, of arrays that the compiled code takes."""
    shape = _shape(z)
    named = axis if isinstance(axis, tuple) else (axis,)
    return prod(shape[one] if -len(shape) <= one < len(shape) else 1 for one in named)


def find_pair(native: ModuleType, activation: Any, loss: Any) -> Pair | ScaledPair | None:
    """The stages of a pair; None where one of the two has none, or the loss is a sum of several."""
    (factor, term), *others = loss.terms
    if others:
        return None
    pair = _pair_of(native, activation, term)
    if pair is None or term is loss:
        return pair
    return ScaledPair(pair, factor) if frexp(factor)[0] == 0.5 else None


def _pair_of(native: ModuleType, activation: Any, loss: Any) -> Pair | None:
    if not is_of_catalogue(activation.__class__, "activations"):
        return None
    if not is_of_catalogue(loss.__class__, "losses"):
        return None
    chosen, priced = cast(Activation, activation), cast(RowLoss, loss)
    numbers = (native.activation_number(chosen.name), native.loss_number(priced.name))
    if -1 in numbers:
        return None
    return Pair(native, numbers, chosen, priced)
