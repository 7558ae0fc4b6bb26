"""Output layers by the compiled stages of their activation and their loss."""

from __future__ import annotations

from collections.abc import Mapping
from logging import DEBUG
from math import prod
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from softgrad.arrays.layout import Axis
from softgrad.contracts.activation import Activation
from softgrad.contracts.fast_paths import Parts
from softgrad.contracts.loss import RowLoss
from softgrad.contracts.target_domains import target_limits
from softgrad.kernels.description import describe, logger
from softgrad.kernels.parameters import is_of_catalogue, reader_of_parameters

if TYPE_CHECKING:
    from types import ModuleType

_WIDE_VALUES = 8  # beside `Wanted`: values of 16-bit logits before they are rounded
_KNOWN = frozenset(
    {
        "axis",
        "reduction",
        "class_weight",
        "label_smoothing",
        "ignore_label",
        "margin",
        "check_target",
        "where",
        "sample_weight",
    }
)


# Exactly these: what a call gives otherwise, such as True, is for the layer to look at.
_NUMBERS = (float, int)


class Pair:
    """One activation and one loss, with the settings of a layer."""

    def __init__(
        self,
        native: ModuleType,
        numbers: tuple[int, int],
        activation: Activation,
        loss: RowLoss,
        settings: Mapping[str, Any],
    ) -> None:
        self._native = native
        self._loss = native.loss  # saves a look-up in calls of a microsecond, as does the next
        self._threads_of_last_run = native.threads_of_last_run
        self._name = f"{activation.name} x {loss.name}"
        self._activation_number, self._loss_number = numbers
        self._activation_parameters = reader_of_parameters(type(activation))(activation)
        self._loss_parameters = reader_of_parameters(type(loss))(loss)
        self._side_weights = loss.side_weights
        self._settings = dict(settings)
        self._limits = target_limits(loss, activation.domain)
        self._of_coins = activation.domain.kind in ("coins", "log-coins")
        self._has_scores = activation.domain.kind == "values" and loss.targets == "classes"
        self._digested = _Digest(self._settings)
        self._ran_on: tuple[Any, int] = (np.dtype(np.float64), 1)

    def run(
        self,
        wanted: int,
        z: Any,
        target: Any,
        options: Mapping[str, Any],
        out: Any = None,
        out_diagonal: Any = None,
        /,
    ) -> Parts | None:
        """See `softgrad.contracts.fast_paths.PairKernel`."""
        how = _Digest({**self._settings, **options}) if options else self._digested
        if not how.served or (self._of_coins and how.class_weight is not None):
            return None  # a row of one coin has two classes: the layer knows
        shared = how.smoothing or how.class_weight is not None
        if self._has_scores and shared and how.classes_of(z) == 1:
            return None  # as has the only score of a row
        if how.class_weight is not None and how.where is not None:
            return None  # what is masked has no weight: the layer knows
        scale, reduced = 1.0, how.reduction != "none"
        if reduced:
            wanted |= _WIDE_VALUES
            if how.reduction == "mean":
                scale = how.share_of_a_row(z)
        found = self._loss(
            self._activation_number,
            self._activation_parameters,
            self._loss_number,
            self._loss_parameters,
            wanted,
            z,
            target,
            how.axis,
            how.where,
            out,
            out_diagonal,
            how.sample_weight,
            how.class_weight,
            how.ignore_label,
            self._limits if how.check_target else None,
            how.smoothing,
            scale,
            *self._side_weights,
        )
        if found is None:
            return None
        self._ran_on = z.dtype, self._threads_of_last_run()
        if logger.isEnabledFor(DEBUG):
            logger.debug("%s", self.describe(copied=False))
        if reduced and found[0] is not None:
            return np.sum(found[0]).astype(z.dtype), found[1], found[2]
        return found

    def describe(self, *, copied: bool) -> str:
        """What ran last."""
        return describe(self._native, self._name, *self._ran_on, copied=copied)


class _Digest:
    """The options of a call as the compiled code takes them; `served` if it takes them at all."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.axis = options.get("axis", -1)
        self.reduction = options.get("reduction", "none")
        self.where = options.get("where")
        self.sample_weight = options.get("sample_weight")
        self.ignore_label = options.get("ignore_label")
        self.smoothing = options.get("label_smoothing", 0.0)
        self.check_target = options.get("check_target", True)
        self.class_weight = _by_class(options.get("class_weight"))
        # A mean over weighted rows needs all weights before the first row, and a wrong option a
        # message: the layer prepares those.
        weighted = (
            self.sample_weight is not None
            or self.class_weight is not None
            or self.ignore_label is not None
        )
        self.served = (
            _KNOWN.issuperset(options)
            and _names_axes(self.axis)
            and self.reduction.__class__ is str
            and self.reduction in ("none", "sum", "mean")
            and not (self.reduction == "mean" and weighted)
            and self.smoothing.__class__ in _NUMBERS
            and 0.0 <= self.smoothing < 1.0
            and options.get("margin", 0.0).__class__ in _NUMBERS
            and options.get("margin", 0.0) == 0.0
            and (self.ignore_label is None or self.ignore_label.__class__ is int)
            and self.check_target.__class__ is bool
            and self.class_weight is not False
        )

    def share_of_a_row(self, z: Any) -> float:
        """1 / (number of rows), for arrays that the compiled code takes."""
        return self.classes_of(z) / max(1, prod(getattr(z, "shape", ())))

    def classes_of(self, z: Any) -> int:
        """How many entries a row has, of arrays that the compiled code takes."""
        shape = cast(tuple[int, ...], getattr(z, "shape", ()))
        axis = cast(Axis, self.axis)
        named = axis if isinstance(axis, tuple) else (axis,)
        return prod(shape[one] if -len(shape) <= one < len(shape) else 1 for one in named)


def _names_axes(axis: Any) -> bool:
    if axis.__class__ is int:
        return True
    return axis.__class__ is tuple and all(one.__class__ is int for one in axis)


def _by_class(weights: Any) -> Any:
    """Class weights as an array; None for none; False for what the layer has to look at."""
    if weights is None:
        return None
    if isinstance(weights, Mapping | np.ma.MaskedArray):
        return False
    try:
        array = np.asarray(weights)
    except (TypeError, ValueError, RuntimeError):  # a tensor may not be asked for its numbers
        return False
    if array.ndim != 1 or array.dtype.kind not in "fiu":
        return False
    array = np.ascontiguousarray(array, dtype=np.float64)
    return array if bool(np.all((array >= 0) & np.isfinite(array))) else False


def find_pair(
    native: ModuleType, activation: Any, loss: Any, settings: Mapping[str, Any]
) -> Pair | None:
    """The stages of a pair; None where one of the two has none, or the loss is a sum."""
    if not is_of_catalogue(activation.__class__, "activations"):
        return None
    if not is_of_catalogue(loss.__class__, "losses"):
        return None
    chosen, priced = cast(Activation, activation), cast(RowLoss, loss)
    numbers = (native.activation_number(chosen.name), native.loss_number(priced.name))
    if -1 in numbers:
        return None
    return Pair(native, numbers, chosen, priced, settings)
