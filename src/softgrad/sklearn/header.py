"""What a file says of an estimator beside its numbers: parameters, features, and its output."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any, cast

import numpy as np

from softgrad.catalogue import ACTIVATIONS
from softgrad.contracts import Activation, Loss
from softgrad.errors import PairError, SoftgradError, StorageError
from softgrad.files.schema import (
    Reading,
    flag,
    list_of,
    misfit,
    number,
    one_of,
    optional,
    record,
    table_of,
    text,
    whole,
)
from softgrad.nn import (
    LBFGS,
    SGD,
    Adam,
    Constant,
    Cosine,
    Linear,
    Optimiser,
    Schedule,
    StepDecay,
    WarmUp,
)
from softgrad.nn.description import describe_entry, describe_loss, rebuild_loss
from softgrad.nn.description_schema import ACTIVATION, LOSS_TERMS
from softgrad.nn.encoding import decode, encode, encoded
from softgrad.sklearn.class_output import ClassOutput
from softgrad.sklearn.class_targets import Classes
from softgrad.sklearn.value_output import ValueOutput

_OF_TRAINING: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (SGD, Adam, LBFGS, Constant, StepDecay, Linear, Cosine, WarmUp)
}
_MOST_COLUMNS = 10**6


def describe_parameter(name: str, value: Any) -> dict[str, Any]:
    """A hyper-parameter as JSON has it: of one of four kinds, or plain.

    Raises:
        StorageError: it has no form in a file.
    """
    try:
        if isinstance(value, Activation):
            return {"activation": describe_entry(value, ACTIVATIONS)}
        if isinstance(value, Loss):
            return {"loss": describe_loss(value)}
        if isinstance(value, Optimiser | Schedule):
            return {"training": _describe_training(value)}
        return {"plain": encode(value)}
    except StorageError as error:
        raise StorageError(f"{name}: {error}") from None


def read_parameter(value: Any, where: str) -> Any:
    """What `describe_parameter` was given."""
    content = record({}, _PARAMETERS)(value, where)
    if len(content) != 1:
        misfit(value, where, f"an object with one of {', '.join(_PARAMETERS)}")
    return next(iter(content.values()))


def describe_output(output: ClassOutput | ValueOutput) -> dict[str, Any]:
    """What scores mean, as JSON has it."""
    told = {
        "activation": describe_entry(output.activation, ACTIVATIONS),
        "loss": describe_loss(output.loss),
        "columns": output.columns,
    }
    if isinstance(output, ValueOutput):
        return {**told, "is_flat": output.is_flat, "is_observed": output.is_observed}
    names, kind = output.classes.names, output.classes.kind
    labels = names.tolist() if names.dtype == object else names
    return {**told, "classes": kind, "labels": encode(labels)}


def read_output(value: Any, where: str) -> ClassOutput | ValueOutput:
    """What `describe_output` was given."""
    is_of_classes = "classes" in table_of(lambda one, _: one)(value, where)
    found = (_OF_CLASSES if is_of_classes else _OF_VALUES)(value, where)
    activation, loss = found["activation"], rebuild_loss(found["loss"])
    try:
        if not loss.fits(activation):
            raise PairError(f"{activation!r} does not fit {loss!r}")
    except SoftgradError as error:
        raise StorageError(f"{where}: {error}") from None
    columns = found["columns"]
    if not is_of_classes:
        return ValueOutput(activation, loss, columns, found["is_flat"], found["is_observed"])
    classes = Classes(found["labels"], found["classes"])
    is_coin = columns == 1 and len(classes) == 2 and classes.kind == "labels"
    if len(classes) != columns and not is_coin:
        raise StorageError(f"{where} has {len(classes)} labels for {columns} columns of scores")
    return ClassOutput(activation, loss, classes, columns)


def _describe_training(value: Any) -> dict[str, Any]:
    kind = cast(Any, type(value))
    if _OF_TRAINING.get(kind.__name__) is not kind:
        raise StorageError(f"{value!r} has no form in a file")
    told: dict[str, Any] = {}
    for name in (one.name for one in fields(kind)):
        one = getattr(value, name)
        told[name] = _describe_training(one) if isinstance(one, Schedule) else encode(one)
    return {"kind": kind.__name__, **told}


def _read_training(value: Any, where: str) -> Any:
    name = table_of(lambda one, _: one)(value, where).get("kind")
    if not isinstance(name, str) or name not in _OF_TRAINING:
        misfit(name, f"{where}.kind", f"one of {', '.join(_OF_TRAINING)}")
    kind = _OF_TRAINING[name]
    readings = {one.name: _of_default(one.default) for one in fields(kind)}
    settings = record({"kind": text, **readings})(value, where)
    del settings["kind"]
    try:
        return kind(**settings)
    except SoftgradError as error:
        raise StorageError(f"{where}: {error}") from None


def _of_default(default: Any) -> Reading:
    if default is MISSING:  # the schedule that follows a warm-up
        return _read_training
    if isinstance(default, bool):
        return flag
    return whole() if isinstance(default, int) else number()


def _labels(value: Any, where: str) -> np.ndarray:
    """An array of one dimension; a list of texts or numbers is one of objects."""
    if isinstance(value, list):
        for place, one in enumerate(cast("list[Any]", value)):
            if not isinstance(one, str | int | float):
                misfit(one, f"{where}[{place}]", "a label")
        return np.array(value, dtype=object)
    if not isinstance(value, np.ndarray) or cast(np.ndarray, value).ndim != 1:
        misfit(value, where, "a row of labels")
    return cast(np.ndarray, value)


_PARAMETERS: dict[str, Reading] = {
    "plain": decode,
    "activation": ACTIVATION,
    "loss": lambda value, where: rebuild_loss(LOSS_TERMS(value, where)),
    "training": _read_training,
}
_OF_BOTH: dict[str, Reading] = {
    "activation": ACTIVATION,
    "loss": LOSS_TERMS,
    "columns": whole(low=1, below=_MOST_COLUMNS),
}
_OF_VALUES = record({**_OF_BOTH, "is_flat": flag, "is_observed": flag})
_OF_CLASSES = record(
    {**_OF_BOTH, "classes": one_of("labels", "indicators", "shares"), "labels": encoded(_labels)}
)
FEATURES = record({"count": whole(low=1), "names": optional(list_of(text))})
"""How many features there are, and their names where the training data had any."""
