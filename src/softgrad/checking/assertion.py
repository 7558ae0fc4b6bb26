"""The checker in a test suite."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from softgrad.checking.calls.finder import AnyArgument
from softgrad.checking.checker import check


def assert_derivative(
    function: Callable[[Any], Any],
    derivative: Any = None,
    x: Any = None,
    form: str = "auto",
    *,
    argument: AnyArgument = "auto",
    seed: int = 0,
    rtol: float = 1e-6,
) -> None:
    """Fail unless `check` says "correct"; the message is its explanation. Arguments as there.

    Raises:
        AssertionError: if the derivative is wrong, or nothing can be said at x.
    """
    __tracebackhide__ = True  # pytest shows the caller's line
    report = check(function, derivative, x, form, argument=argument, seed=seed, rtol=rtol)
    if not report:
        raise AssertionError(str(report))
