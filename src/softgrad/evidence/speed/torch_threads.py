"""How many threads PyTorch uses."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from typing import Any


@contextmanager
def torch_threads(threads: int) -> Generator[None]:
    """While this lasts, PyTorch uses so many threads."""
    torch: Any = import_module("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)
