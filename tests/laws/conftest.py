"""Which paths a law runs on.

The laws of the compiled kernels run where kernels can.

Where the package was installed without a compiler, or SOFTGRAD_KERNELS=off, they are not collected;
CI checks separately that kernels were compiled.
"""

from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from laws.both_ways import by_definition
from softgrad.kernels import config

collect_ignore_glob = [] if config()["kernels"] == "compiled" else ["test_kernel*.py"]


@pytest.fixture(params=[nullcontext, by_definition], ids=["kernels", "definition"])
def each_way(request: pytest.FixtureRequest) -> Iterator[None]:
    """What is made inside the test finds its kernel, or none."""
    with request.param():
        yield
