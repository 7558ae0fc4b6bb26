"""What counts as a number for a hyper-parameter, whoever's it is."""

from __future__ import annotations

import sys
from math import inf
from numbers import Integral, Real
from typing import Any, cast


def as_number(value: Any) -> int | float | None:
    """A whole number or a float; None of what is no real number, as True is none here."""
    if value.__class__ is float or value.__class__ is int:
        return cast("int | float", value)
    if _is_scalar_of_jax(value) and not is_traced_scalar(value):
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    try:
        return int(value) if isinstance(value, Integral) else float(value)
    except OverflowError:
        return inf


def is_traced_scalar(value: object) -> bool:
    """Whether it is a number of JAX's that a program is compiled for, or that is differentiated."""
    return _is_scalar_of_jax(value) and isinstance(value, sys.modules["jax"].core.Tracer)


def _is_scalar_of_jax(value: Any) -> bool:
    jax: Any = None if value.__class__ is float else sys.modules.get("jax")
    if jax is None or not isinstance(value, jax.Array) or value.shape != ():
        return False
    return bool(jax.numpy.issubdtype(value.dtype, jax.numpy.number))
