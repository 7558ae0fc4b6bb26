"""The system calls that a confined process is refused, by what it could do with them.

Numbers are those of Linux's `asm/unistd_64.h` (x86-64) and `asm-generic/unistd.h` (arm64); None
where an architecture has no such call. Calls that only root's capabilities allow are not listed,
since the process has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

#: As Python names the machine: where its number stands in the pairs below, and its name in filters
#: (`linux/audit.h`).
MACHINES: Mapping[str, tuple[int, int]] = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

#: Calls from this number on are newer than this list, and refused as unknown.
FIRST_UNKNOWN = 450

Numbers = tuple["int | None", "int | None"]

_PROCESSES: Mapping[str, Numbers] = {
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
}
_OTHER_PROCESSES: Mapping[str, Numbers] = {
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "setrlimit": (160, 164),
    "setpriority": (141, 140),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sched_setattr": (314, 274),
    "ioprio_set": (251, 30),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
}
_NETWORK: Mapping[str, Numbers] = {
    "socket": (41, 198),
    "socketpair": (53, 199),  # of datagrams, which can be sent to any other socket
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
}
_MEMORY_BEYOND_THE_LIMIT: Mapping[str, Numbers] = {
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
}
_FILES: Mapping[str, Numbers] = {
    "creat": (85, None),
    "openat2": (437, 437),
    "open_by_handle_at": (304, 265),
    "truncate": (76, 45),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "rmdir": (84, None),
    "link": (86, None),
    "linkat": (265, 37),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
}
_KERNEL: Mapping[str, Numbers] = {
    "unshare": (272, 97),  # would give capabilities in a namespace of its own
    "setns": (308, 268),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
}

#: Refused by what they are given: see `softgrad.file_checking.confinement.call_filter`.
CLONE: Numbers = (56, 220)
CLONE3: Numbers = (435, 435)
KILL: Numbers = (62, 129)
TGKILL: Numbers = (234, 131)
OPEN: Numbers = (2, None)
OPENAT: Numbers = (257, 56)
PRLIMIT64: Numbers = (302, 261)
SCHED_SETAFFINITY: Numbers = (203, 122)
FCNTL: Numbers = (72, 25)
IOCTL: Numbers = (16, 29)

#: Not refused, but needed here.
CAPGET: Numbers = (125, 90)
CAPSET: Numbers = (126, 91)
SECCOMP: Numbers = (317, 277)


def refused(place: int) -> Iterator[int]:
    """The numbers of all calls that are refused whatever they are given.

    Args:
        place: of the machine in the pairs.
    """
    groups = (
        _PROCESSES,
        _OTHER_PROCESSES,
        _NETWORK,
        _MEMORY_BEYOND_THE_LIMIT,
        _FILES,
        _KERNEL,
    )
    for numbers in chain.from_iterable(group.values() for group in groups):
        number = numbers[place]
        if number is not None:
            yield number
