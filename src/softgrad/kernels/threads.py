"""How many threads the kernels use."""

from __future__ import annotations

from softgrad.errors import ParameterError
from softgrad.kernels.availability import availability


def set_threads(count: int | None) -> None:
    """Let each large kernel call use up to `count` threads, in the whole process.

    None goes back to the default: OMP_NUM_THREADS (not above OMP_THREAD_LIMIT) as it was when the
    first kernel ran, else the processors that the process may use. Results do not depend on the
    number of threads, bit for bit. Small calls use one thread whatever is set, and a second call
    at the same time, from another Python thread, runs on the thread that makes it. Without
    compiled kernels the setting is checked and changes nothing.

    Raises:
        ParameterError: the count is no integer, or less than 1.
    """
    if count is not None and (isinstance(count, bool) or not isinstance(count, int) or count < 1):
        raise ParameterError(f"count is {count!r}; expected an integer >= 1, or None")
    native = availability().native
    if native is not None:
        native.set_threads(min(count or 0, 1024))


def get_threads() -> int:
    """How many threads a large kernel call may use; 1 without compiled kernels."""
    native = availability().native
    if native is None:
        return 1
    threads: int = native.threads()
    return threads
