"""One file a peer, each with a `PEER`: a new file is a new peer, and nothing else is edited."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from softgrad.evidence.speed.peer import Peer


def known_peers() -> dict[str, Peer]:
    """Every peer by name, installed or not. No peer's package is imported."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    peers: list[Peer] = [module.PEER for module in modules]
    return {peer.name: peer for peer in peers}
