"""Each test here runs by the kernels and, once more, by the definition."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from laws.both_ways import by_definition


@pytest.fixture(autouse=True, params=[nullcontext, by_definition], ids=["kernels", "definition"])
def each_way(request: pytest.FixtureRequest) -> Iterator[None]:
    """What is made inside the test finds its kernel, or none."""
    with request.param():
        yield
