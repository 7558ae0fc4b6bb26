"""Classes that hold a function beside its derivative, under the names that people give them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from softgrad.checking.calls.signature import parameters_of
from softgrad.checking.checker import check
from softgrad.checking.claim import Argument
from softgrad.checking.frameworks import WITH_DERIVATIVES, Framework, framework_of
from softgrad.checking.report import Report
from softgrad.errors import ParameterError

#: A function and its derivative, in the order in which they are looked for.
SPELLINGS: tuple[tuple[str, str], ...] = (
    ("forward", "backward"),
    ("compute", "delta"),
    ("activate", "derivative"),
    ("f", "df"),
    ("f", "f_prime"),
    ("function", "gradient"),
    ("value", "gradient"),
    ("loss", "gradient"),
    ("loss", "grad"),
    ("fn", "dfn"),
    ("call", "gradient"),
    ("activation", "activation_prime"),
    ("activation", "derivative"),
    ("forward", "derivative"),
    ("forward", "gradient"),
    ("forward", "grad"),
    ("__call__", "derivative"),
    ("__call__", "gradient"),
    ("__call__", "grad"),
    ("__call__", "prime"),
    ("__call__", "backward"),
    ("__call__", "delta"),
)
_ROWS, _ENTRIES = 3, 5


def check_class(
    instance: Any, x: Any = None, form: str = "auto", *, argument: Argument = "input", seed: int = 0
) -> Report:
    """Check an object's derivative against its function; which two were taken, the report says.

    A pair is recognised by its names: forward/backward, compute/delta, activate/derivative, f/df
    and others (`SPELLINGS`). A backward pass of one argument uses what its forward pass kept: the
    forward pass is made before each call. Of a PyTorch module or `autograd.Function`, and of a JAX
    `custom_vjp`, the own backward pass is checked.

    Args:
        instance: the object, or its class if that takes no arguments, or holds static methods.
        x: where; 3 rows of 5 normal numbers without it.
        form: as for `check`.
        argument: as for `check`.
        seed: of x and of the other points.

    Raises:
        ParameterError: if no pair is recognised, or the class cannot be made without arguments.
    """
    if x is None:
        x = np.random.default_rng(seed).standard_normal((_ROWS, _ENTRIES))
    framework = _framework_of(instance)
    if framework is not None:
        is_numpy = framework_of(x).name == "NumPy"
        given = framework.make(x) if is_numpy else x
        report = check(instance, None, given, form, argument=argument, seed=seed)
        text = f"({_name_of(instance)} was checked by its own backward pass.)"
        return replace(report, explanation=f"{report.explanation} {text}")
    found = _made(instance)
    function, derivative = _pair_of(found)
    forward: Callable[[Any], Any] = getattr(found, function)
    backward: Callable[..., Any] = getattr(found, derivative)
    taken = derivative
    if derivative == "backward" and len(parameters_of(backward).needed) == 1:
        kept = backward

        def backward_after_forward(point: Any, upstream: Any) -> Any:
            forward(point)
            return kept(upstream)

        backward, taken = backward_after_forward, "backward after forward"
    report = check(forward, backward, x, form, argument=argument, seed=seed)
    text = f"({_name_of(found)}.{function} was taken for the function, {taken} for its derivative.)"
    return replace(report, explanation=f"{report.explanation} {text}")


def _framework_of(instance: Any) -> Framework | None:
    """The framework whose object brings its own backward pass along; None for other objects."""
    kinds = instance.__mro__ if isinstance(instance, type) else type(instance).__mro__
    homes = [kind.__module__.partition(".")[0] for kind in kinds]
    return next((WITH_DERIVATIVES[home] for home in homes if home in WITH_DERIVATIVES), None)


def _name_of(instance: Any) -> str:
    return str(getattr(instance, "__name__", type(instance).__name__))


def _made(instance: Any) -> Any:
    if not isinstance(instance, type):
        return instance
    try:
        return instance()
    except TypeError as error:
        raise ParameterError(
            f"{instance.__name__} cannot be made without arguments ({error}): give an instance"
        ) from error


def _pair_of(instance: Any) -> tuple[str, str]:
    for function, derivative in SPELLINGS:
        if callable(getattr(instance, function, None)) and callable(
            getattr(instance, derivative, None)
        ):
            return function, derivative
    known = ", ".join(f"{f}/{d}" for f, d in SPELLINGS[:6])
    methods = ", ".join(n for n in dir(instance) if not n.startswith("_")) or "none"
    raise ParameterError(
        f"no function with its derivative was recognised among: {methods}. Known are {known} and "
        "more; softgrad.check takes the two by themselves"
    )
