"""Keras, where it is installed and stands on a framework whose arrays softgrad computes with."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from softgrad.errors import CapabilityError, MissingPackageError

_BACKENDS = ("jax", "torch")
_CHOOSE = "set the environment variable KERAS_BACKEND to jax or torch before Keras is imported"


def _found() -> Any:
    """Keras.

    Raises:
        MissingPackageError: it, or the framework below it, is not installed.
        CapabilityError: it stands on another framework.
    """
    try:
        found: Any = import_module("keras")
    except ModuleNotFoundError as error:
        if error.name == "keras":
            raise MissingPackageError(
                "softgrad.keras needs the package keras; install it with: "
                "pip install 'softgrad[keras]'"
            ) from None
        raise MissingPackageError(
            f"Keras needs the package {error.name} for its backend; install that, or {_CHOOSE}"
        ) from None
    check_backend(found.backend.backend())
    return found


def check_backend(name: str) -> None:
    """Raise unless softgrad computes, and is differentiated, on this backend of Keras.

    Raises:
        CapabilityError: it is another than JAX's or PyTorch's.
    """
    if name not in _BACKENDS:
        raise CapabilityError(f"Keras runs on {name}, softgrad.keras on jax and torch: {_CHOOSE}")


#: Partly unknown to a type checker.
keras: Any = _found()
ops: Any = keras.ops
