"""An object of a class whose constructor may need arguments: sizes and the like are guessed."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import numpy as np

from softgrad.checking.pairing.points import IMAGE
from softgrad.checking.pairing.roles import setting
from softgrad.checking.pairing.words import any_of, words
from softgrad.errors import ParameterError

Init = Sequence[Any] | Mapping[str, Any] | None

_OUT = any_of("out output outputs units hidden neurons nout fan filters filter")
_SIZES = any_of("dim size features units n num inputs classes")
_LISTS = any_of("sizes layers dims architecture topology structure shapes")
_IMAGES = any_of("conv convolution convolutional pool pooling maxpool avgpool spatial")
_OTHER_SIZE = 4
#: What layers of images and sequences are made with, by a word of the name.
_OF_LAYERS: dict[str, int] = {
    **dict.fromkeys(("stride", "strides", "pad", "padding", "dilation", "groups", "heads"), 1),
    **dict.fromkeys(("pool", "pooling"), 2),
    **dict.fromkeys(("kernel", "window", "ksize", "batch", "seq", "steps", "timesteps"), 3),
    **dict.fromkeys(("height", "width", "img", "image"), IMAGE),
}


def made(kind: type, entries: int, init: Init = None) -> Any:
    """An object of the class.

    Args:
        kind: its class.
        entries: of a row that it is to take: what sizes are guessed to be.
        init: the constructor's arguments, in order or by name; guessed without them.

    Raises:
        ParameterError: if it cannot be made so.
    """
    if init is not None:
        given: Any = (init,) if isinstance(init, str) or not _is_many(init) else init
        positional = () if isinstance(given, Mapping) else tuple(given)
        named = dict(cast(Mapping[str, Any], given)) if isinstance(given, Mapping) else {}
        return _called(kind, positional, named)
    failure: Exception | None = None
    for positional in _guesses(kind, entries):
        try:
            return kind(*positional)
        except Exception as error:
            failure = failure or error
    raise ParameterError(
        f"{kind.__name__} cannot be made without arguments ({failure}), nor with guessed ones: "
        "give an instance, or init=, on the command line --init, with them in order"
    ) from failure


def _is_many(init: Any) -> bool:
    return isinstance(init, Sequence | Mapping)


def _called(kind: type, positional: tuple[Any, ...], named: dict[str, Any]) -> Any:
    try:
        return kind(*positional, **named)
    except Exception as error:
        told = [*map(repr, positional), *(f"{name}={value!r}" for name, value in named.items())]
        raise ParameterError(
            f"init: {kind.__name__}({', '.join(told)}) fails: {type(error).__name__}: {error}"
        ) from error


def _guesses(kind: type, entries: int) -> Iterator[tuple[Any, ...]]:
    yield ()
    try:
        parameters = list(inspect.signature(kind).parameters.values())
    except (TypeError, ValueError):
        return
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    needed = [one for one in parameters if one.kind in positional and one.default is one.empty]
    if not needed:
        return
    of_images = bool(_IMAGES.intersection(words(kind.__name__)))
    shape = (entries, IMAGE, IMAGE) if of_images else (entries,)
    for other in (_OTHER_SIZE, entries):
        yield tuple(_guess(one, entries, other, shape) for one in needed)
    yield tuple((entries,) for _ in needed)


def _guess(parameter: inspect.Parameter, entries: int, other: int, shape: tuple[int, ...]) -> Any:
    """A value for a parameter by its name and what its author says of its type."""
    name, found = parameter.name, set(words(parameter.name))
    kind = parameter.annotation
    said = kind if isinstance(kind, str) else getattr(kind, "__name__", "")
    by_type: dict[str, Any] = {"str": "it", "bool": False, "float": 0.1}
    if said in by_type and setting(name) is None:
        return by_type[said]
    if found & {"rng", "generator"}:
        return np.random.default_rng(0)
    if found & {"seed", "state"}:
        return 0
    if found & {"name", "id"}:
        return "it"
    if found & {"activation", "act", "nonlinearity"}:
        return "sigmoid"
    if "shape" in found:
        return shape
    if found & {"filter", "filters"} and found & {"size", "h", "w", "height", "width"}:
        return _OF_LAYERS["kernel"]
    layers = next((_OF_LAYERS[one] for one in words(name) if one in _OF_LAYERS), None)
    if layers is not None and name.lower() != "kernel":
        return layers
    if found & {"layers", "stacks"} and found & {"num", "n"}:
        return 1
    if found & _LISTS:
        return [entries, other, entries]
    known = setting(name) if not found & _SIZES else None
    if known is not None:
        return 0.1 if known == 0.0 and not isinstance(known, bool) else known
    rng = np.random.default_rng(0)
    if found & {"w", "weight", "weights", "kernel"}:
        return rng.standard_normal((entries, other))
    if found & {"b", "bias", "biases"}:
        return rng.standard_normal(other)
    return other if found & _OUT and not found & {"in", "input", "inputs"} else entries
