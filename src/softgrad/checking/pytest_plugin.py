"""A fixture for test suites; pytest finds it wherever softgrad is installed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from softgrad.checking.assertion import assert_derivative


@pytest.fixture
def check_derivative() -> Callable[..., None]:
    """Fail unless a derivative is right: `softgrad.assert_derivative`, whose arguments it takes.

    Example:
        def test_backward(check_derivative):
            check_derivative(softmax, softmax_backward, np.random.randn(3, 5))
    """
    return assert_derivative
