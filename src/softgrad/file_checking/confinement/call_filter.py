"""The filter of system calls, as the program that Linux runs before each of them.

"Seccomp BPF", the kernel's documentation (userspace-api/seccomp_filter); `linux/filter.h`.
"""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Iterable, Iterator

from softgrad.file_checking.confinement import system_calls as calls

# Instructions: load a word of the call, jump if equal, if at least, if a bit is set, return.
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
# Where in the call's description stand its number, its machine, and the halves of its arguments.
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000

_THREAD = 0x00010000  # CLONE_THREAD: the new one is a thread of this process
# F_SETOWN, F_SETOWN_EX: signals of a file go to any process; so by ioctl. TIOCSTI types for others.
_SET_OWNER, _SET_OWNER_BY_IOCTL, _TYPE_IN_TERMINAL = (8, 15), (0x8901, 0x8902), 0x5412
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

Instruction = tuple[int, int, int, int]


def program(machine: str, process: int) -> bytes:
    """The filter's instructions, 8 bytes each.

    Args:
        machine: one of `system_calls.MACHINES`.
        process: the number of this process, which it may send signals to.
    """
    place, name = calls.MACHINES[machine]
    made: list[Instruction] = [
        (_LOAD, 0, 0, _MACHINE),
        (_EQUAL, 1, 0, name),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, calls.FIRST_UNKNOWN),
        (_RETURN, 0, 0, _REFUSE | errno.ENOSYS),
    ]
    for number in calls.refused(place):
        made += _of(number, [_refusal()])
    made += _of(calls.CLONE3[place], [_refusal(errno.ENOSYS)])  # clone is then called instead
    for numbers, rules in (
        (calls.CLONE, _unless(_ANY_BIT, 0, _THREAD)),
        (calls.KILL, _unless(_EQUAL, 0, process)),
        (calls.TGKILL, _unless(_EQUAL, 0, process)),
        (calls.SCHED_SETAFFINITY, _unless(_EQUAL, 0, 0)),
        (calls.FCNTL, _if_equal(1, *_SET_OWNER)),
        (calls.IOCTL, _if_equal(1, *_SET_OWNER_BY_IOCTL, _TYPE_IN_TERMINAL)),
        (calls.OPEN, _if_any_bit(1, _WRITES)),
        (calls.OPENAT, _if_any_bit(2, _WRITES)),
        (calls.PRLIMIT64, [*_if_any_bit(2, 0xFFFFFFFF), *_if_any_bit(2, 0xFFFFFFFF, half=1)]),
    ):
        made += _of(numbers[place], [*rules, (_RETURN, 0, 0, _ALLOW)])
    made.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *one) for one in made)


def _of(number: int | None, rules: Iterable[Instruction]) -> Iterator[Instruction]:
    """Rules for the call of this number; others pass them by."""
    if number is not None:
        within = list(rules)
        yield (_EQUAL, 0, len(within), number)
        yield from within


def _refusal(reason: int = errno.EPERM) -> Instruction:
    return (_RETURN, 0, 0, _REFUSE | reason)


def _load(argument: int, half: int = 0) -> Instruction:
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * argument + 4 * half)


def _unless(comparison: int, argument: int, value: int) -> list[Instruction]:
    """Refuse unless the argument compares so."""
    return [_load(argument), (comparison, 1, 0, value), _refusal()]


def _if_equal(argument: int, *values: int) -> list[Instruction]:
    """Refuse if the argument is one of these."""
    compared = [one for value in values for one in ((_EQUAL, 0, 1, value), _refusal())]
    return [_load(argument), *compared]


def _if_any_bit(argument: int, bits: int, half: int = 0) -> list[Instruction]:
    """Refuse if one of the bits is set."""
    return [_load(argument, half), (_ANY_BIT, 0, 1, bits), _refusal()]
