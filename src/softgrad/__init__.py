"""softgrad: the calculus of output layers.

Any activation combined with any loss: value, gradient, Jacobian and Hessian, exact and fast.
Every name of the catalogue is here twice: the class (`sg.Softmax`) and, in snake_case, the
ready-made object (`sg.softmax`).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from softgrad import catalogue as _catalogue
from softgrad.arrays.log_partition import logsumexp as logsumexp
from softgrad.catalogue import pairs as pairs
from softgrad.displays import displays as _displays
from softgrad.displays import later as _later
from softgrad.errors import SoftgradError as SoftgradError
from softgrad.frameworks import install as _install_bridges
from softgrad.kernels import get_threads as get_threads
from softgrad.kernels import install as _install_kernels
from softgrad.kernels import set_threads as set_threads
from softgrad.kernels import show_config as show_config
from softgrad.layer import OutputLayer as OutputLayer
from softgrad.operators import DiagonalPlusLowRank as DiagonalPlusLowRank

if TYPE_CHECKING:
    from softgrad.checking import assert_derivative as assert_derivative
    from softgrad.checking import check as check
    from softgrad.checking import check_class as check_class
    from softgrad.checking import check_module as check_module
    from softgrad.registration import register as register

_OWN = [
    "DiagonalPlusLowRank",
    "OutputLayer",
    "SoftgradError",
    "assert_derivative",
    "check",
    "check_class",
    "check_module",
    "get_threads",
    "logsumexp",
    "pairs",
    "register",
    "set_threads",
    "show_config",
]

#: Rooms with names that users import; listed once they are.
_ROOMS = frozenset({"boosting", "checking", "contracts", "errors", "nn", "operators", "testing"})

_install_kernels()
_install_bridges()
_displays.html = _later("softgrad.pictures.notebook", "html_of")
_displays.explore = _later("softgrad.explorer.inline", "explore")
#: Imported when first used: a program that computes needs no checker.
_LATER = {
    **dict.fromkeys(
        ("assert_derivative", "check", "check_class", "check_module"), "softgrad.checking"
    ),
    "register": "softgrad.registration",
}


def __getattr__(name: str) -> Any:
    if name == "__all__":
        return [*_OWN, *_catalogue.public_names()]
    if name == "__version__":
        found = _installed_version()
    elif name in _LATER:
        found = getattr(import_module(_LATER[name]), name)
    else:
        found = _catalogue.lookup(name)
    if found is None:
        raise AttributeError(f"module 'softgrad' has no attribute {name!r}{_meant(name)}")
    globals()[name] = found  # the next look-up finds it without asking
    return found


def _installed_version() -> str:
    """The version that pyproject.toml has, where it stands alone, as the installation kept it."""
    from importlib.metadata import PackageNotFoundError, version  # slow to import, rarely needed

    try:
        return version("softgrad")
    except PackageNotFoundError:  # a source tree that was put on the path
        return "0+unknown"


def _meant(name: str) -> str:
    if name.startswith("_"):  # what tools probe for
        return ""
    from softgrad.other_names import meant_by

    close = meant_by(name, [*_OWN, *_catalogue.public_names()], most=1)
    return f"; did you mean {close[0]}?" if close else ""


def __dir__() -> list[str]:
    """What users call; of what this file stands on only the rooms that pages speak of."""
    own = (name for name in globals() if name.startswith("__") or name in _ROOMS)
    return sorted({*own, "__version__", *_OWN, *_catalogue.public_names()})
