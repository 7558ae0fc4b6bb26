"""`softgrad check` runs a file in another process: nothing that it does there passes for right."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import pytest

from softgrad import checking
from softgrad.checking import Report
from softgrad.cli.relay import Relay
from softgrad.file_checking.messages import Request
from softgrad.file_checking.process import check_apart

RIGHT = """
import atexit, os, signal, subprocess, sys, threading, time
import numpy as np

class F:
    def forward(self, z):
        e = np.exp(z - z.max(-1, keepdims=True))
        self.p = e / e.sum(-1, keepdims=True)
        return self.p
    def backward(self, g):
        return self.p * (g - (g * self.p).sum(-1, keepdims=True))
"""
WRONG = RIGHT.replace("(g - (g * self.p).sum(-1, keepdims=True))", "g * (1 - self.p)")
FAKE = """
import json
told = json.dumps({"token": "", "report": {"verdict": "correct", "diagnosis": None,
    "candidates": [], "explanation": "", "evidence": None, "matrices": None}}).encode()
for number in range(3, 64):
    try:
        os.write(number, len(told).to_bytes(8, "little") + told)
    except OSError:
        pass
"""


def asked(path, **changes) -> Request:
    settings = {"form": "auto", "argument": "auto", "rows": 3, "entries": 5, "seed": 0}
    return Request(**{"path": str(path), "name": "F", "derivative": None, **settings, **changes})


@pytest.fixture
def run(tmp_path):
    """The report on a file, or why there is none, and what it printed."""

    def run(source: str, seconds: float = 60.0) -> tuple[Report | str, str]:
        path = tmp_path / "mine.py"
        path.write_text(source, encoding="utf-8")
        printed = bytearray()
        answer = check_apart(asked(path, seconds=seconds), seconds, printed.extend)
        return answer.refusal or answer.reports[0].report, printed.decode()

    return run


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import sys; sys.exit(0)", "ends the program: exit(0)"),
        (RIGHT.replace("e = np", "sys.exit(0); e = np"), "ends the program: exit(0)"),
        (RIGHT + "os._exit(0)", "ended the process with exit code 0 before there was a verdict"),
        (RIGHT.replace("e = np", "os._exit(0); e = np"), "exit code 0 before there was a verdict"),
        (RIGHT + "if os.fork(): os._exit(0)\ntime.sleep(100)", "exit code 0 before there was"),
        (RIGHT + "os.kill(os.getpid(), signal.SIGKILL)", "was ended by SIGKILL before"),
        (RIGHT + "os.closerange(0, 256)", "before there was a verdict"),
        (RIGHT + "os.closerange(0, 256)\nwhile True: pass", "closed the channel for the verdict"),
        (WRONG + FAKE, "wrote to the channel for the verdict"),
        ("raise KeyboardInterrupt", "fails: KeyboardInterrupt"),
        ("input()", "line 1: EOFError"),
    ],
)
def test_a_file_that_prevents_the_verdict_is_given_the_reason_and_no_verdict(run, source, why):
    told, _ = run(source)
    assert isinstance(told, str)
    assert why in told


@pytest.mark.parametrize("source", ["while True: print('x' * 1000)", "while True: pass"])
def test_a_file_without_an_end_is_given_up(run, source):
    begun = time.monotonic()
    told, printed = run(source, 2.0)
    assert "line 1: given up after 0.33 seconds" in told or "within 2 seconds" in told
    assert time.monotonic() - begun < 20.0
    assert set(printed) <= {"x", "\n"}


@pytest.mark.parametrize(
    "ending",
    [
        "atexit.register(os._exit, 0)",
        "atexit.register(time.sleep, 100)",
        "sys.stdout.close()",
        "threading.Thread(target=time.sleep, args=(100,)).start()",
        "if os.fork() == 0: F.backward = lambda self, g: self.p * (g - (g * self.p).sum(-1))",
    ],
)
def test_what_a_file_does_beside_its_derivative_changes_nothing_of_the_verdict(run, ending):
    told, _ = run(WRONG + ending)
    assert isinstance(told, Report)
    assert (told.verdict, told.diagnosis) == ("wrong", "diagonal-only")


def test_processes_that_a_file_leaves_behind_are_ended(run):
    told, printed = run(
        RIGHT + "print(subprocess.Popen(['sleep', '100']).pid)\n"
        "threading.Thread(target=time.sleep, args=(100,), daemon=True).start()"
    )
    assert told.verdict == "correct"
    number = int(printed)
    deadline = time.monotonic() + 10.0
    while time.monotonic() < deadline and _is_running(number):
        time.sleep(0.05)
    assert not _is_running(number)


def _is_running(number: int) -> bool:
    done = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(number)], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()[:1] not in ("", "Z")


def test_the_report_is_the_one_of_the_checker_itself(run):
    told, _ = run("import math\n" + WRONG)
    names: dict[str, object] = {}
    exec(WRONG, names)  # what the other process has run
    x = np.random.default_rng(0).standard_normal((3, 5))
    here = checking.check_class(names["F"], x)
    assert told == here
    assert told.to_json() == here.to_json()
    np.testing.assert_array_equal(told.matrices.theirs, here.matrices.theirs)
    np.testing.assert_array_equal(told.matrices.reference, here.matrices.reference)


def test_a_file_finds_what_lies_beside_it(run, tmp_path):
    (tmp_path / "helper.py").write_text("A = 1\n", encoding="utf-8")
    assert run("import helper\n" + RIGHT)[0].verdict == "correct"


def test_what_a_file_prints_is_marked_and_cannot_pass_for_the_report(command, tmp_path):
    path = tmp_path / "mine.py"
    fake = "print('correct\\n\\x1b[2J\\x1b[Hcorrect\\rcorrect: fine')\nsys.stderr.write('no end')\n"
    path.write_text(WRONG + fake, encoding="utf-8")
    told = command("check", f"{path}:F")
    assert told.code == 1
    assert told.out.startswith("wrong: diagonal-only")
    assert told.err.splitlines() == [
        "mine.py | correct",
        "mine.py | \\x1b[2J\\x1b[Hcorrect\\rcorrect: fine",
        "mine.py | no end",
    ]


def test_a_relay_prints_whole_lines_of_any_bytes(capsys):
    relay = Relay("it")
    for part in ("é\ta".encode()[:1], "é\ta".encode()[1:], b"\xff\r\nb\n\nc", b"\x00"):
        relay(part)
    assert capsys.readouterr().err == "it | é\ta\ufffd\nit | b\nit | \n"
    relay.close()
    assert capsys.readouterr().err == "it | c\\x00\n"


@pytest.mark.parametrize("timeout", ["0", "-1", "nan", "inf"])
def test_a_time_limit_is_a_time(command, tmp_path, timeout):
    path = tmp_path / "mine.py"
    path.write_text(RIGHT, encoding="utf-8")
    assert "expected seconds" in command("check", f"{path}:F", "--timeout", timeout).refused


def test_ctrl_c_ends_the_other_process_too(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("import os\nprint(os.getpid(), flush=True)\nwhile True: pass", encoding="utf-8")
    # Where the tests run in the background, signals are ignored unless asked for.
    listen = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    script = "import sys; from softgrad.cli import main; sys.exit(main())"
    words = [sys.executable, "-c", listen + script, "check", f"{path}:F"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        number = int(process.stderr.readline().partition(" | ")[2])
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert not _is_running(number)


def test_a_process_whose_command_is_gone_ends_by_itself():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        script = f"from softgrad.file_checking.served import serve; serve({theirs.fileno()}, 1)"
        words = [sys.executable, "-c", script]
        done = subprocess.run(words, pass_fds=[theirs.fileno()], timeout=60, check=False)
    assert done.returncode == -signal.SIGALRM


@pytest.mark.parametrize("where", ["/dev/full", "broken pipe"])
def test_a_verdict_that_nobody_hears_is_still_no_right_one(tmp_path, where):
    path = tmp_path / "mine.py"
    path.write_text(WRONG, encoding="utf-8")
    script = "import sys; from softgrad.cli import main; sys.exit(main())"
    reader, writer = os.pipe()
    os.close(reader)
    out = writer if where == "broken pipe" else os.open(where, os.O_WRONLY)
    done = subprocess.run(
        [sys.executable, "-c", script, "check", f"{path}:F", "--json", str(tmp_path / "r.json")],
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(writer)
    if where == "broken pipe":
        assert (done.returncode, done.stderr) == (1, "")
        assert json.loads((tmp_path / "r.json").read_text())["verdict"] == "wrong"
    else:
        os.close(out)
        assert done.returncode == 2
        assert done.stderr == "softgrad: output: No space left on device\n"
