"""Giving up, for good, what code that nobody has read could do harm with."""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from softgrad.errors import CapabilityError
from softgrad.file_checking.confinement import system_calls as calls
from softgrad.file_checking.confinement.call_filter import program
from softgrad.file_checking.confinement.limits import Limits, limit_resources

# `linux/prctl.h`, `linux/seccomp.h`, `linux/capability.h`.
_NO_NEW_PRIVILEGES, _SET_FILTER, _FOR_ALL_THREADS = 38, 1, 1
_CAPABILITY_VERSION = 0x20080522
_READ_ANY_FILE = 1 << 2  # CAP_DAC_READ_SEARCH: root reads packages that others have installed


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def confine(limits: Limits) -> None:
    """Keep this process to the limits, and from other processes, networks and changes to files.

    From here on it starts no process, sends signals to none but itself, opens no socket, and opens
    files to read them alone. Threads are allowed.

    Raises:
        CapabilityError: this system has no such means; nothing may be run then.
    """
    machine = platform.machine()
    if sys.platform != "linux" or machine not in calls.MACHINES or sys.maxsize < 2**32:
        raise CapabilityError(
            "code that nobody has read runs in a process that can start no other and write no "
            f"file, which needs Linux on x86-64 or arm64; this is {sys.platform} on {machine}"
        )
    with suppress(OSError):  # where memory runs out all the same, this process ends, not others
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    limit_resources(limits)
    library = ctypes.CDLL(None, use_errno=True)
    place = calls.MACHINES[machine][0]
    _drop_capabilities(library, place)
    instructions = program(machine, os.getpid())
    held = ctypes.create_string_buffer(instructions, len(instructions))
    told = _Program(len(instructions) // 8, ctypes.addressof(held))
    _must(library, library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    setting = (calls.SECCOMP[place], _SET_FILTER, _FOR_ALL_THREADS, ctypes.byref(told))
    _must(library, library.syscall(*setting))


def _drop_capabilities(library: Any, place: int) -> None:
    """What root may do beyond others, but for reading."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()  # twice effective, permitted, inheritable
    _must(library, library.syscall(calls.CAPGET[place], header, sets))
    kept = sets[1] & _READ_ANY_FILE
    fewer = (ctypes.c_uint32 * 6)(kept, kept, 0, 0, 0, 0)
    _must(library, library.syscall(calls.CAPSET[place], header, fewer))


def _must(library: Any, result: int) -> None:
    if result != 0:
        reason = os.strerror(ctypes.get_errno())
        raise CapabilityError(f"this process cannot be confined here ({reason}): nothing was run")
