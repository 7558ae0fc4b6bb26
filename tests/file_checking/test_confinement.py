"""Code that nobody has read does no harm: each thing that it may try, as root too, is refused."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from softgrad.errors import CapabilityError
from softgrad.file_checking.confinement import Limits, confine
from softgrad.file_checking.confinement.call_filter import program
from softgrad.file_checking.confinement.system_calls import MACHINES
from softgrad.file_checking.messages import Answer, Request
from softgrad.file_checking.process import check_apart

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nothing is run elsewhere")

LIMITS = Limits(memory=2**30, computing=20, threads=32, answer=2**22)
RIGHT = """
def square(x):
    return x * x

def square_prime(x):
    return 2 * x
"""
# They end by themselves: should nobody stop them, they are gone a second later.
THREADS = """
import threading, time
for _ in range(64):
    threading.Thread(target=time.sleep, args=(1,)).start()
time.sleep(1)
"""
# Each line is tried by itself, so one process answers for all of them.
TRIED = {
    "os.fork()": "PermissionError",
    "os.posix_spawn('/bin/true', ['true'], {})": "PermissionError",
    "__import__('subprocess').run(['true'])": "PermissionError",
    "os.execv('/bin/true', ['true'])": "PermissionError",
    "os.kill(os.getppid(), 0)": "PermissionError",
    "os.kill(0, 0)": "PermissionError",
    "os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)": "PermissionError",
    "resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1))": "PermissionError",
    "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))": "not allowed to raise",
    "fcntl.fcntl(1, fcntl.F_SETOWN, os.getppid())": "PermissionError",
    "socket.socket()": "PermissionError",
    "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)": "PermissionError",
    "open('made', 'w')": "PermissionError",
    "open(f'/proc/{os.getppid()}/mem', 'r+b')": "PermissionError",
    "os.memfd_create('made')": "PermissionError",
    "os.mkdir('made')": "PermissionError",
    "os.symlink('mine.py', 'made')": "PermissionError",
    "os.rename('mine.py', 'made')": "PermissionError",
    "os.chmod('mine.py', 0)": "PermissionError",
    "os.utime('mine.py')": "PermissionError",
    "os.remove('mine.py')": "PermissionError",
    "os.truncate('mine.py', 0)": "PermissionError",
    "os.unshare(os.CLONE_NEWUSER)": "PermissionError",
    "b' ' * 2**31": "MemoryError",
    "mmap.mmap(-1, 2**31)": "Cannot allocate memory",
}


def checked(folder: Path, source: str, seconds: float = 20.0, **changes: object) -> Answer:
    (folder / "mine.py").write_text(source, encoding="utf-8")
    request = Request("mine.py", None, None, "auto", "auto", 3, 5, 0, seconds=seconds)
    given = {"limits": LIMITS, "folder": folder, **changes}
    return check_apart(request, seconds, lambda _: None, **given)


def test_what_would_do_harm_is_refused_and_the_rest_is_checked(tmp_path):
    imports = "import fcntl, mmap, os, resource, socket"
    lines = [imports, *TRIED]
    if not hasattr(os, "unshare"):  # of Python 3.12
        lines.remove("os.unshare(os.CLONE_NEWUSER)")
    answer = checked(tmp_path, "\n".join(lines) + RIGHT)
    assert [one.report.verdict for one in answer.reports] == ["correct"]
    assert len(answer.notes) == len(lines) - 1
    for note, line in zip(answer.notes, lines[1:], strict=True):
        assert TRIED[line] in note, line
    assert [one.name for one in tmp_path.iterdir()] == ["mine.py"]


def test_root_has_no_power_that_others_lack_but_to_read(tmp_path):
    told = "[l for l in open('/proc/self/status') if l.startswith(('CapEff', 'CapPrm'))]"
    source = f"for line in {told}:\n    assert int(line.split()[1], 16) & ~4 == 0, line\n"
    assert checked(tmp_path, source + RIGHT).notes == ()


def test_the_environment_tells_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("A_SECRET", "42")
    answer = checked(tmp_path, "import os\nassert 'A_SECRET' not in os.environ" + RIGHT)
    assert answer.notes == ()


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (THREADS, "threads"),
        (RIGHT.replace("x * x", "[1][x]") + "import os; os._exit(3)", "exit code 3"),
        (RIGHT.replace("return x * x", "while True: pass"), "within 1.5 seconds"),
    ],
)
def test_what_goes_on_and_on_is_ended(tmp_path, source, why):
    begun = time.monotonic()
    answer = checked(tmp_path, source, 1.5 if "seconds" in why else 20.0)
    assert why in answer.refusal
    assert time.monotonic() - begun < 18.0


def test_what_nobody_waits_for_is_ended(tmp_path):
    begun = time.monotonic()
    source = RIGHT.replace("return x * x", "while True: pass")
    answer = checked(tmp_path, source, is_wanted=lambda: time.monotonic() < begun + 1.0)
    assert "nobody waits" in answer.refusal


def test_what_is_printed_ends_it_when_whoever_listens_has_had_enough(tmp_path):
    class EnoughError(Exception):
        pass

    def listen(part: bytes) -> None:
        raise EnoughError

    (tmp_path / "mine.py").write_text("while True: print('x' * 1000)", encoding="utf-8")
    request = Request("mine.py", None, None, "auto", "auto", 3, 5, 0)
    with pytest.raises(EnoughError):
        check_apart(request, 20.0, listen, limits=LIMITS, folder=tmp_path)


def test_a_process_that_computes_for_too_long_is_ended_by_the_kernel(tmp_path):
    source = RIGHT.replace("return x * x", "while True: pass")
    answer = checked(tmp_path, source, limits=LIMITS._replace(computing=1))
    assert signal.SIGKILL.name in answer.refusal or "SIGXCPU" in answer.refusal


@pytest.mark.parametrize(("platform", "machine"), [("darwin", "x86_64"), ("linux", "riscv64")])
def test_where_a_process_cannot_be_confined_nothing_is_run(monkeypatch, platform, machine):
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr("platform.machine", lambda: machine)
    with pytest.raises(CapabilityError, match=f"this is {platform} on {machine}"):
        confine(LIMITS)


@pytest.mark.parametrize("machine", list(MACHINES))
def test_each_jump_of_the_filter_stays_within_it(machine):
    instructions = program(machine, os.getpid())
    count = len(instructions) // 8
    assert count < 4096
    for at in range(count):
        code, yes, no = instructions[8 * at], instructions[8 * at + 2], instructions[8 * at + 3]
        if code & 7 == 5:  # a jump
            assert at + 1 + max(yes, no) < count
    assert instructions[-8] == 6  # and it ends with an answer
