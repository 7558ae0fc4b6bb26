"""Frameworks are met, not imported: a bridge is loaded with the first array of its framework."""

from __future__ import annotations

from softgrad.contracts.fast_paths import Bridge, ByClass, fast_paths

_OF_JAX = ("ArrayImpl", "Tracer")  # arrays with values, and those of a function that is traced


def install() -> None:
    """Let the contracts ask here for the bridge of an array's class."""
    fast_paths.bridges = ByClass(_bridge_of)


def _bridge_of(kind: type) -> Bridge | None:
    for one in kind.__mro__:
        if one.__module__ == "torch" and one.__name__ == "Tensor":
            from softgrad.torch.bridge import BRIDGE

            return BRIDGE
        if one.__module__.split(".")[0] in ("jax", "jaxlib") and one.__name__ in _OF_JAX:
            from softgrad.jax.bridge import BRIDGE

            return BRIDGE
    return None
