"""softgrad: the calculus of output layers.

Any activation combined with any loss: value, gradient, Jacobian and Hessian, exact and fast.
Every name of the catalogue is here twice: the class (`sg.Softmax`) and, in snake_case, the
ready-made object (`sg.softmax`).
"""

from __future__ import annotations

from typing import Any

from softgrad.catalogue import ACTIVATIONS, LOSSES, pairs
from softgrad.errors import SoftgradError
from softgrad.kernels import install as _install_kernels
from softgrad.kernels import show_config
from softgrad.layer import OutputLayer
from softgrad.operators import DiagonalPlusLowRank

__version__ = "0.1.0"

_install_kernels()

_CATALOGUE: dict[str, Any] = {**ACTIVATIONS, **LOSSES}
_READY_MADE: dict[str, Any] = {name: kind() for name, kind in _CATALOGUE.items()}
_CLASSES: dict[str, Any] = {kind.__name__: kind for kind in _CATALOGUE.values()}
globals().update(_READY_MADE, **_CLASSES)


def __getattr__(name: str) -> Any:  # so that type checkers know the catalogue's names exist
    raise AttributeError(f"module 'softgrad' has no attribute {name!r}")


__all__ = [  # pyright: ignore[reportUnsupportedDunderAll]
    "DiagonalPlusLowRank",
    "OutputLayer",
    "SoftgradError",
    "pairs",
    "show_config",
    *_READY_MADE,
    *_CLASSES,
]
