"""Registers the compiled kernels as fast paths of whatever they have stages for."""

from __future__ import annotations

from functools import partial

from softgrad.contracts.fast_paths import ByClass, fast_paths
from softgrad.kernels.availability import availability
from softgrad.kernels.maps import find_map
from softgrad.kernels.pairs import find_pair


def install() -> bool:
    """Register every kernel that this process can run; True if there are any."""
    native = availability().native
    if native is None:
        return False
    fast_paths.maps = ByClass(partial(find_map, native))
    fast_paths.pair = partial(find_pair, native)
    return True
