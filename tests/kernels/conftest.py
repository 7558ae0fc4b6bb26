"""The kernels' tests run on every instruction set that this processor has.

Where the package was installed without a compiler there are no kernels to test and nothing here is
collected; CI checks separately that they were compiled.
"""

from collections.abc import Iterator

import numpy as np
import pytest

from softgrad.kernels import set_threads

try:
    from softgrad.kernels import _native
except ImportError:
    INSTRUCTION_SETS: list[str] = []
    collect_ignore_glob = ["test_*.py"]
else:
    INSTRUCTION_SETS = _native.available_instruction_sets()


@pytest.fixture(params=INSTRUCTION_SETS)
def instruction_set(request: pytest.FixtureRequest) -> Iterator[str]:
    """Forces one instruction set for a test."""
    before = _native.instruction_set()
    assert _native.use_instruction_set(request.param)
    yield request.param
    _native.use_instruction_set(before)


@pytest.fixture(params=[np.float32, np.float64], ids=["f32", "f64"])
def dtype(request: pytest.FixtureRequest) -> type[np.floating]:
    """Each dtype that the kernels compute in."""
    return request.param


@pytest.fixture
def default_threads() -> Iterator[None]:
    """Puts the number of threads back where it was."""
    yield
    set_threads(None)
