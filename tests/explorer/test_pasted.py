"""Pasted code is judged as by the command, whatever else it does; the server goes on answering."""

from __future__ import annotations

import json
import time
from http.client import HTTPConnection
from importlib.resources import files

import httpx
import numpy as np
import pytest

from explorer.conftest import TOKEN
from softgrad.explorer.copied_code import plain_code
from softgrad.explorer.pasted import Pasted, check_pasted
from softgrad.explorer.running import MOST_BYTES
from softgrad.explorer.safety import TOKEN_HEADER

WITH_TOKEN = {TOKEN_HEADER: TOKEN}
LOOP = "def f(x):\n    while True: pass\ndef f_prime(x):\n    return x\n"
SQUARE = "def f(x):\n    return x * x\ndef f_prime(x):\n    return 2 * x\n"


def example(name):
    return (files("softgrad.explorer") / "page" / "examples" / f"{name}.txt").read_text()


def pasted(code, **fields):
    return Pasted(code, **{"name": "", "derivative": "", "init": "", **fields})


@pytest.mark.parametrize(
    ("name", "verdict", "diagnosis"),
    [
        ("softmax-element-wise", "wrong", "diagonal-only"),
        ("softmax-right", "correct", None),
        ("sigmoid-by-its-output", "correct", None),
        ("layer-class", "wrong", "fused-gradient"),
        ("loss-class", "wrong", "scaled"),
    ],
)
def test_an_example_shows_what_it_is_there_for(name, verdict, diagnosis):
    told = check_pasted(pasted(example(name)))
    (one,) = told["reports"]
    assert (one["report"]["verdict"], one["report"]["diagnosis"]) == (verdict, diagnosis)
    assert (told["refusal"], told["notes"], told["printed"]) == ("", [], "")
    assert bool(one["report"]["code"]) == (verdict == "wrong")
    drawn = one["report"]["matrices"]
    if name == "softmax-element-wise":
        assert np.count_nonzero(drawn["difference"].diagonal()) == 0
        np.testing.assert_allclose(drawn["reference"].sum(axis=1), 0.0, atol=1e-12)
        off = ~np.eye(5, dtype=bool)
        np.testing.assert_array_equal(drawn["difference"][off], -drawn["reference"][off])


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (LOOP, "within 3 seconds"),
        ("print('x' * 10**8)", "printed more than 1,000,000 bytes"),
        (SQUARE.replace("x * x", "b'x' * 2**34"), "MemoryError"),
        (SQUARE + "import os\nos._exit(0)", "exit code 0 before there was a verdict"),
        ("def f(x:\n    pass", "line 1"),
        ("x = 1", "Name the two: in the fields"),
    ],
)
def test_without_a_verdict_the_reason_is_told(code, why):
    begun = time.monotonic()
    told = check_pasted(pasted(code), seconds=3.0 if code == LOOP else 30.0)
    assert told["reports"] == []
    assert why in told["refusal"]
    assert len(told["printed"]) < 11_000
    assert time.monotonic() - begun < 25.0


def test_what_fails_beside_the_derivative_is_told_beside_the_verdict():
    beside = "print('hello')\nimport sys, os\nos.fork()\nsys.exit(3)\nsys.stdout.close()\n"
    told = check_pasted(pasted(SQUARE + beside))
    assert told["reports"][0]["report"]["verdict"] == "correct"
    assert told["printed"] == "hello\n"
    assert ["line 7: PermissionError" in told["notes"][0], "exit(3)" in told["notes"][1]] == [1, 1]


def test_the_fields_name_what_its_names_do_not_tell():
    code = SQUARE.replace("f_prime", "other")
    (one,) = check_pasted(pasted(code, name="f", derivative="other"))["reports"]
    assert (one["derivative"], one["report"]["verdict"], one["line"]) == ("other", "correct", 3)


IN_AN_INTERPRETER = """
>>> def f(x):
...     return x * x
...
>>> f(2)
4
>>> def f_prime(x):
...     return 2 * x
"""


@pytest.mark.parametrize(
    "copied",
    [
        IN_AN_INTERPRETER,
        f"```python\n%matplotlib inline\n!pip list\n{SQUARE}```",
        SQUARE.replace("\n", "\n    ").replace("def f(", "    def f("),
        SQUARE.replace("    ", "\u00a0" * 4).replace("\n", "\r\n"),
    ],
)
def test_code_is_taken_as_it_was_copied(copied):
    code = plain_code(copied)
    names: dict[str, object] = {}
    exec(code, names)
    assert (names["f"](3), names["f_prime"](3)) == (9, 6)
    lines = [one.find("return 2") >= 0 for one in copied.splitlines()]
    assert "return 2" in code.splitlines()[lines.index(True)]


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({}, "{}", 403),
        ({TOKEN_HEADER: TOKEN[:-1]}, "{}", 403),
        ({**WITH_TOKEN, "origin": "http://evil.example"}, "{}", 403),
        (WITH_TOKEN, "x" * (MOST_BYTES + 1), 413),
        (WITH_TOKEN, "{", 400),
        (WITH_TOKEN, '{"code": ["x = 1"]}', 400),
        (WITH_TOKEN, '{"code": " ", "name": "", "derivative": "", "init": ""}', 400),
        (WITH_TOKEN, '{"code": "x = 1", "name": "", "derivative": "", "init": "1, a=2"}', 400),
    ],
)
def test_what_is_no_request_of_the_page_runs_nothing(client, monkeypatch, headers, content, status):
    def run(*given, **named):
        raise AssertionError("a process was started")

    monkeypatch.setattr("softgrad.explorer.pasted.check_apart", run)
    answer = client.post("/api/check", headers=headers, content=content)
    assert answer.status_code == status
    assert client.get("/api/check").status_code == 405


def test_while_code_runs_the_server_answers_and_it_ends_when_nobody_waits(address):
    asked = {"url": f"{address}/api/check", "headers": WITH_TOKEN, "timeout": 60.0}
    endless = HTTPConnection(address.removeprefix("http://"))
    endless.request("POST", "/api/check", json.dumps(pasted(LOOP)._asdict()), WITH_TOKEN)
    time.sleep(0.5)
    assert httpx.get(f"{address}/api/layer", timeout=20.0).status_code == 200
    assert "under way" in httpx.post(**asked, json=pasted("x")._asdict()).json()["error"]
    endless.close()
    begun = time.monotonic()
    answer = httpx.post(**asked, json=pasted(SQUARE)._asdict())
    assert answer.json()["reports"][0]["report"]["verdict"] == "correct"
    assert time.monotonic() - begun < 20.0  # of the 30 that the loop would have gone on for
