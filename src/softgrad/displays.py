"""The place where it is registered how objects look in a notebook, and in the explorer.

Operators, layers and reports may know nothing of HTML. A notebook asks them for `_repr_html_`, and
they ask here; what draws them is a room that stands above, loaded with the first that is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, final


def _nothing(_: object) -> None:
    """No display of anything: a notebook then shows the text."""


def _no_page(*_: object) -> None:
    """No page that could show anything."""


@dataclass
class Displays:
    """What draws objects; `softgrad` itself registers it.

    Attributes:
        html: the HTML of an object, or None where its text says as much.
        explore: the explorer's page at a layer, by the layer, logits and a target.
    """

    html: Callable[[object], str | None] = _nothing
    explore: Callable[[object, Any, Any], Any] = _no_page


displays = Displays()


class Displayed:
    """Base of what a notebook shows as HTML."""

    __slots__ = ()

    @final
    def _repr_html_(self) -> str | None:
        """The HTML that Jupyter and its kin show in place of the text."""
        return displays.html(self)


def later(module: str, name: str) -> Callable[..., Any]:
    """A function by its name, whose module is imported when it is first called."""

    def call(*arguments: Any, **by_name: Any) -> Any:
        return getattr(import_module(module), name)(*arguments, **by_name)

    return call
