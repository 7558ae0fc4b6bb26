"""How much a confined process may take."""

from __future__ import annotations

from typing import NamedTuple

_NUMBER_OF_FILES = 256


class Limits(NamedTuple):
    """What the process may take before it is ended, or refused more.

    Attributes:
        memory: bytes of its address space; more is a MemoryError.
        computing: seconds of its threads in sum; more ends it.
        threads: more ends it.
        answer: bytes of the answer; a longer one is none.
    """

    memory: int
    computing: int
    threads: int
    answer: int


def limit_resources(limits: Limits) -> None:
    """Have the kernel keep this process to the limits; it can lower them further, not raise them.

    Raises:
        ImportError: this system has no such limits.
    """
    import resource

    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.computing),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _NUMBER_OF_FILES),
    ):
        hard = resource.getrlimit(kind)[1]
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (value, value))
