"""What the user can mend, and the one line that says how."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from softgrad.errors import SoftgradError

# Which extra of the package brings which module.
_EXTRAS = {
    "matplotlib": "pictures",
    "mpmath": "cli",
    "rich": "cli",
    "safetensors": "nn",
    "scipy": "nn",
    "sklearn": "sklearn",
    "starlette": "explore",
    "tqdm": "nn",
    "typer": "cli",
    "uvicorn": "explore",
}


class CommandError(SoftgradError, ValueError):
    """A command cannot be carried out as it was given."""


def missing_module(error: ModuleNotFoundError) -> str:
    """What to install for a module that is not there."""
    name = (error.name or "").partition(".")[0]
    extra = _EXTRAS.get(name)
    if extra is None:
        return f"the module {error.name!r} is missing from this installation"
    return f"this command needs {name}; install it by pip install 'softgrad[{extra}]'"


def need(module: str) -> ModuleType:
    """Import a module of an extra before work starts, so that its absence costs no time."""
    return import_module(module)
