"""Whether compiled kernels can be used in this process, and if not, why."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from types import ModuleType

from softgrad.errors import ParameterError

ENVIRONMENT_VARIABLE = "SOFTGRAD_KERNELS"
NOT_COMPILED = "not compiled at installation"


@dataclass(frozen=True)
class Availability:
    """The compiled module, or None, and the reason in words."""

    native: ModuleType | None
    reason: str


@cache
def availability() -> Availability:
    """Load the compiled kernels as the environment variable SOFTGRAD_KERNELS asks.

    It is read once: "off" switches kernels off, the name of an instruction set ("baseline",
    "avx2", "avx512") forces it, and "on" or nothing takes the fastest that the processor has.

    Raises:
        ParameterError: the variable has another value, or names an instruction set that was not
            compiled or that this processor lacks.
    """
    wanted = os.environ.get(ENVIRONMENT_VARIABLE, "on").strip().lower() or "on"
    if wanted == "off":
        return Availability(None, f"switched off by {ENVIRONMENT_VARIABLE}=off")
    try:
        from softgrad.kernels import _native as native
    except ImportError as error:
        if wanted != "on":
            message = f"{ENVIRONMENT_VARIABLE}={wanted}, but no kernels are compiled: {error}"
            raise ParameterError(message) from error
        if find_spec("softgrad.kernels._native") is None:
            return Availability(None, NOT_COMPILED)
        return Availability(None, f"compiled, but cannot be loaded ({error})")
    if wanted != "on" and not native.use_instruction_set(wanted):
        allowed = ", ".join(["off", "on", *native.available_instruction_sets()])
        message = f"{ENVIRONMENT_VARIABLE} must be one of {allowed} here; got {wanted!r}"
        raise ParameterError(message)
    return Availability(native, "compiled")
