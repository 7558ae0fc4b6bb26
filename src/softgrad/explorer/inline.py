"""The explorer inside a notebook: one server a process, and a frame for each layer shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from queue import Queue
from threading import Thread
from typing import Any

from softgrad.errors import MissingPackageError
from softgrad.explorer.link import link_text
from softgrad.layer import OutputLayer
from softgrad.pictures.notebook.markup import element, text


@dataclass(frozen=True, slots=True, repr=False)
class InlineExplorer:
    """The page at a layer: a notebook shows it, and a terminal its address.

    The address carries no token, since it is stored with the notebook: nothing that runs code is
    answered.

    Attributes:
        address: of the page, for as long as this process runs.
    """

    address: str

    def _repr_html_(self) -> str:
        frame = element(
            "iframe",
            "",
            "width:100%;height:46em;border:1px solid rgba(128,128,128,.4)",
            src=self.address,
            title="softgrad explorer",
            allow="clipboard-write",
        )
        link = text("a", self.address, href=self.address, target="_blank", rel="noopener")
        note = "is served where this notebook computes, for as long as it does."
        return element("div", f"{frame}<p>{link} {note}</p>")

    def __repr__(self) -> str:
        return f"explorer: {self.address}"


def explore(layer: OutputLayer, z: Any = None, target: Any = None) -> InlineExplorer:
    """The page at `layer`; see `softgrad.explorer.link.link_text`.

    Raises:
        MissingPackageError: the server's packages are not installed.
        ParameterError: the page cannot show the layer.
    """
    for package in ("starlette", "uvicorn"):
        if find_spec(package) is None:
            raise MissingPackageError(
                f"explore needs the package {package}; install it with: "
                "pip install 'softgrad[explore]'"
            )
    return InlineExplorer(f"{_server()}#{link_text(layer, z, target)}")


@cache
def _server() -> str:
    """The address of a server on a thread that ends with the process."""
    from softgrad.explorer.serving import serve

    addresses: Queue[str] = Queue()
    settings = {"started": addresses.put, "framed": True}
    Thread(target=serve, args=("127.0.0.1", 0), kwargs=settings, daemon=True).start()
    return addresses.get(timeout=30.0).partition("?")[0]
