"""What a call of an output layer asks for: each option once, with its default and its check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from math import inf
from numbers import Real
from typing import Any, cast

import numpy as np

from softgrad.arrays.layout import Axis, named_axes
from softgrad.arrays.namespaces import as_integer, namespace_of
from softgrad.errors import InputTypeError, ParameterError
from softgrad.layer.options import Rule, Settings
from softgrad.layer.weight_values import not_negative


def _axis(value: Any) -> Axis:
    if value.__class__ is int:
        return value
    named = named_axes(value)
    return named if isinstance(value, tuple | list) else named[0]


def _reduction(value: object) -> Rule:
    if not isinstance(value, str) or value not in ("none", "sum", "mean"):
        raise ParameterError(f"reduction is {value!r}; expected 'none', 'sum' or 'mean'")
    return value


def _class_weight(value: Any) -> Any:
    """As an array where its numbers can be looked at; the rest waits for the number of classes."""
    if value is None:
        return None
    if isinstance(value, str):
        raise InputTypeError(
            f"class_weight is {value!r}; expected one number a class, or a dict of them by label"
        )
    if isinstance(value, Mapping | np.ma.MaskedArray) or namespace_of(value) is not np:
        return cast(Any, value)  # (a tensor may not be asked for its numbers)
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        return value
    if array.ndim != 1 or array.dtype.kind not in "fiu":
        return value
    weights = np.ascontiguousarray(array, dtype=np.float64)
    return not_negative(np, weights, "class_weight")


def _label_smoothing(value: object) -> float:
    smoothing = _real(value, "label_smoothing", "0 <= e < 1")
    if not 0.0 <= smoothing < 1.0:
        raise ParameterError(f"label_smoothing is {value!r}; expected 0 <= e < 1")
    return smoothing


def _ignore_label(value: Any) -> int | None:
    return None if value is None else as_integer(value, "ignore_label", "an integer, or None")


def _margin(value: object) -> float:
    margin = _real(value, "margin", "a finite number >= 0")
    if not 0.0 <= margin < inf:
        raise ParameterError(f"margin is {value!r}; expected a finite number >= 0")
    return margin


def _check_target(value: object) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise InputTypeError(f"check_target is {value!r}; expected True or False")
    return bool(cast(Any, value))


def _of_the_data(value: Any) -> Any:
    """Arrays of z's shape: looked at beside it."""
    return value


def _real(value: object, name: str, expected: str) -> float:
    if value.__class__ is float:  # looked at first, for an abstract class costs more to ask
        return cast(float, value)
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
        raise InputTypeError(f"{name} is {value!r}; expected a number, {expected}")
    return float(value)


@dataclass(frozen=True, init=False, eq=False)
class Request:
    """The options of a call, checked, with those of its layer where the call gives none.

    Made once a layer, and anew for a call that gives options. It is what kernels get. `Options`
    says what each option means.

    Attributes:
        is_plain: whether each row can be computed as it comes: no margin, no class weight that
            has still to be looked up.
    """

    axis: Axis = field(default=-1, metadata={"read": _axis})
    reduction: Rule = field(default="none", metadata={"read": _reduction})
    class_weight: Any = field(default=None, metadata={"read": _class_weight})
    label_smoothing: float = field(default=0.0, metadata={"read": _label_smoothing})
    ignore_label: int | None = field(default=None, metadata={"read": _ignore_label})
    margin: float = field(default=0.0, metadata={"read": _margin})
    check_target: bool = field(default=True, metadata={"read": _check_target})
    where: Any = field(default=None, metadata={"read": _of_the_data})
    sample_weight: Any = field(default=None, metadata={"read": _of_the_data})
    is_plain: bool = field(init=False)

    def __init__(self, given: Mapping[str, Any], base: Request | None = None) -> None:
        """Read what is given; the rest is as in `base`, or has its default.

        Raises:
            InputTypeError, ParameterError: an option is none, or has a value that it cannot have.
        """
        # (By its dictionary, whole: a call may cost no more than a microsecond.)
        own = vars(self)
        own.update(_DEFAULTS if base is None else vars(base))
        for name, value in given.items():
            read = _READERS.get(name)
            if read is None:
                raise _unknown(name, _READERS)
            own[name] = read(value)
        own["is_plain"] = self.margin == 0.0 and self._weighs_plainly()

    @classmethod
    def of_layer(cls, settings: Settings) -> Request:
        """Of what a layer is made with: there, the data's own are unknown."""
        for name in settings:
            if name not in Settings.__annotations__:
                raise _unknown(name, Settings.__annotations__)
        return cls(settings)

    @property
    def of_settings(self) -> tuple[Any, ...]:
        """The settings as one value that compares and hashes."""
        whole = {name: getattr(self, name) for name in Settings.__annotations__}
        whole["axis"] = named_axes(self.axis)
        weights = self.class_weight
        if isinstance(weights, Mapping):
            whole["class_weight"] = frozenset(cast(Mapping[Any, Any], weights).items())
        elif weights is not None:
            whole["class_weight"] = tuple(np.asarray(weights).ravel().tolist())
        return tuple(whole.values())

    @property
    def arrays(self) -> dict[str, Any]:
        """What is read beside logits and target, by name: an output may not lie in it."""
        names = ("where", "sample_weight", "class_weight")
        return {name: getattr(self, name) for name in names}

    def _weighs_plainly(self) -> bool:
        by_class = self.class_weight
        # (A masked entry has no weight.)
        return by_class is None or (isinstance(by_class, np.ndarray) and self.where is None)


_DEFAULTS: Mapping[str, Any] = {one.name: one.default for one in fields(Request) if one.metadata}
_READERS: Mapping[str, Callable[[Any], Any]] = {
    one.name: one.metadata["read"] for one in fields(Request) if one.metadata
}


def _unknown(name: str, known: Mapping[str, Any]) -> InputTypeError:
    from difflib import get_close_matches

    close = get_close_matches(str(name), known, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    return InputTypeError(f"unexpected option {name!r}; {hint}known are {', '.join(known)}")
