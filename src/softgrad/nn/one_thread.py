"""One thread for matrix products: for small ones, sharing them out costs more than it saves."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, cast


@contextmanager
def one_thread() -> Generator[None]:
    """While this lasts, BLAS uses one thread; threadpoolctl, which does it, is scikit-learn's.

    A training of a network of a hundred units is many times faster so, and on a busy machine
    fifty times: threads that wait for each other spin.
    """
    import threadpoolctl

    with cast(Any, threadpoolctl).threadpool_limits(limits=1, user_api="blas"):
        yield
