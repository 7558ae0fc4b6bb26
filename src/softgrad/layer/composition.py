"""An activation, a loss and settings as one value, which cannot be changed."""

from __future__ import annotations

from typing import Any, final

from softgrad.contracts.activation import Activation
from softgrad.contracts.loss import Loss
from softgrad.displays import Displayed
from softgrad.layer.options import Settings
from softgrad.layer.request import Request


class Composition(Displayed):
    """Base of the output layer, which compares by what it is made of, as its kernel was chosen."""

    __slots__ = ("__weakref__", "_activation", "_loss", "_request", "_settings")

    def __init__(self, activation: Activation, loss: Loss, settings: Settings) -> None:
        self._activation = activation
        self._loss = loss
        self._settings = settings
        self._request = Request.of_layer(settings)

    @final
    @property
    def activation(self) -> Activation:
        """The activation."""
        return self._activation

    @final
    @property
    def loss(self) -> Loss:
        """The loss, or the sum of losses."""
        return self._loss

    @final
    @property
    def request(self) -> Request:
        """What a call asks for that gives no options."""
        return self._request

    @final
    @property
    def settings(self) -> Settings:
        """A copy of what the layer was made with."""
        return {**self._settings}

    @final
    def __reduce__(self) -> tuple[Any, ...]:
        """What is pickled: what the layer is made of, for its kernel belongs to this process."""
        return _made_anew, (type(self), self._activation, self._loss, self._settings)

    @final
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Composition) and self._value == other._value

    @final
    def __hash__(self) -> int:
        return hash(self._value)

    @final
    def __repr__(self) -> str:
        settings = "".join(f", {key}={value!r}" for key, value in self._settings.items())
        return f"{type(self).__name__}({self._activation!r}, {self._loss!r}{settings})"

    @property
    def _value(self) -> tuple[Any, ...]:
        return type(self), self._activation, self._loss, self._request.of_settings


def _made_anew(kind: Any, activation: Activation, loss: Loss, settings: Settings) -> Any:
    return kind(activation, loss, **settings)
