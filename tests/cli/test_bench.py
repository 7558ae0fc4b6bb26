from __future__ import annotations

import json
import subprocess
import sys

import pytest

from evidence.speed.threads import Threads
from softgrad.cli import bench as module
from softgrad.evidence.speed import Call, Peer, known_peers


@pytest.fixture(autouse=True)
def threads(monkeypatch: pytest.MonkeyPatch) -> Threads:
    return Threads.install(monkeypatch)


@pytest.fixture
def bench(command, monkeypatch):
    """The command with one repeat, as quick as it can be."""
    monkeypatch.setattr(module, "QUICK_REPEATS", 1)
    monkeypatch.setattr(module, "QUICK_PATIENCE", 0.0)
    return lambda *words: command("bench", "--quick", *words)


def add_peer(monkeypatch: pytest.MonkeyPatch, peer: Peer) -> None:
    known = {**known_peers(), peer.name: peer}
    monkeypatch.setattr("softgrad.evidence.speed.known_peers", lambda: known)


def test_it_times_and_checks_real_peers(bench):
    done = bench("--only", "softmax 2x3", "--only", "softmax 64x", "--peers", "scipy,torch")
    assert done.code == 0, done.err
    assert "beside scipy, torch; 2 threads" in done.out
    assert "64 × 1,024" in done.out
    assert "goal" not in done.out  # which are meant for more rows
    assert "geometric mean of the ratios " in done.out
    assert "rows behind the best peer" in done.out
    assert "not timed" not in done.out


def test_all_rows_are_held_to_their_goals(command):
    words = ("--only", "softmax 1x10 float64", "--repeats", "1")
    out = command("bench", *words, "--peers", "none").out
    assert "goal" in out
    assert "no peer 1" in out
    assert "goals met" in command("bench", *words, "--peers", "scipy").out


def test_gradient_and_hessian_beside_the_objective_that_users_write(bench):
    done = bench("--only", "Hessian diagonal 512x100 float32", "--peers", "numpy")
    assert done.code == 0, done.err
    assert "numpy" in done.out
    assert "of 2 rows behind" in done.out


def test_each_peer_can_be_printed_with_its_form(bench):
    done = bench("--only", "sigmoid vjp", "--peers", "torch", "--each")
    assert "torch" in done.out.split("ms\n")[-1]
    assert "(into buffers)" in done.out or "(autograd)" in done.out


def test_without_peers_softgrad_is_alone(bench):
    done = bench("--only", "hvp", "--peers", "none")
    assert done.code == 0, done.err
    assert "beside no peers" in done.out
    assert "4 rows without a peer" in done.out


def test_a_wrong_peer_is_reported_and_not_timed(bench, monkeypatch):
    wrong = Peer("wrong", ("numpy",), lambda problem: [Call(lambda: (problem.z,))])
    add_peer(monkeypatch, wrong)
    done = bench("--only", "softmax 64x1024", "--peers", "wrong")
    assert done.code == 0, done.err
    assert "not timed: wrong at softmax 64x1024 float32 C: wrong: differs by" in done.out
    assert "none" in done.out


def test_results_are_written_as_json(bench, tmp_path):
    path = tmp_path / "bench.json"
    done = bench("--only", "softmax vjp", "--peers", "torch", "--json", str(path))
    assert done.code == 0, done.err
    data = json.loads(path.read_text())
    assert data["machine"]["threads"] == "2"
    assert data["machine"]["torch"].startswith("2.")
    (row,) = data["rows"]
    assert row["work"] == "softmax vjp"
    assert set(row["seconds"]) == {"softgrad", "torch"}
    assert row["met"] in (True, False)
    assert 0 < row["ulp"] < 4


def test_a_picture_is_drawn(bench, tmp_path):
    path = tmp_path / "bench.png"
    done = bench("--only", "softmax vjp", "--peers", "torch", "--picture", str(path))
    assert done.code == 0, done.err
    assert path.read_bytes().startswith(b"\x89PNG")
    assert f"picture: {path}" in done.out.replace("\n", "")


def test_a_sweep_goes_on_with_the_rows_of_its_file(bench, monkeypatch, tmp_path):
    monkeypatch.setattr("torch.compile", lambda function, **_: function)  # it takes seconds a row
    path = tmp_path / "sweep.json"
    only = ("--only", "identity x squared_error", "--only", "identity, value")
    words = ("--sweep", "--threads", "1", "--json", str(path))
    first = bench(*words, *only[:2])
    assert first.code == 0, first.err
    assert "2 of 2 rows to measure" in first.out
    again = bench(*words, *only)
    assert "2 of 4 rows to measure" in again.out
    assert "of 4 rows behind torch.compile" in again.out
    assert len(json.loads(path.read_text())["rows"]) == 4
    assert "measured with threads 1" in bench("--sweep", "--json", str(path)).refused


def test_a_sweep_names_what_no_book_has(bench):
    done = bench("--sweep", "--only", "gumbel_softmax x cross_entropy", "--threads", "1")
    assert "0 of 2 rows to measure" in done.out
    assert "its noise is new at each call" in done.out
    assert "--sweep has one peer" in bench("--sweep", "--peers", "torch").refused


def test_the_number_of_threads_is_set_and_set_back(bench, threads):
    done = bench("--only", "hvp", "--peers", "none", "--threads", "1")
    assert "; 1 thread," in done.out
    assert threads.history == [2, 1, 2]


def test_an_interrupted_run_shows_the_rows_so_far(bench, monkeypatch, tmp_path):
    def calls(problem):
        if problem.work.task.quantity == "hvp":
            raise KeyboardInterrupt
        return ()

    add_peer(monkeypatch, Peer("stops", ("numpy",), calls))
    path = tmp_path / "part.json"
    done = bench(
        *("--only", "softmax vjp", "--only", "softmax hvp 64", "--peers", "stops"),
        *("--json", str(path)),
    )
    assert done.code == 130
    assert "stopped after 1 of 2 works" in done.out
    assert "softmax vjp" in done.out
    assert "softmax hvp 64" not in done.out
    assert [row["work"] for row in json.loads(path.read_text())["rows"]] == ["softmax vjp"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--only", "no such work"), "--only no such work: no work has this in its name; known: "),
        (("--only", "none"), "softmax, into a new array; softmax; softmax x cross_entropy, "),
        (("--only", "sigmoid vjq"), "did you mean sigmoid vjp"),
        (("--peers", "torhc"), "--peers torhc: no such peer; did you mean torch"),
        (("--peers", ","), "--peers: expected names or 'none'; known: "),
        (("--threads", "0"), "--threads"),
        (("--repeats", "0"), "--repeats"),
        (("--repeats", "many"), "--repeats"),
        (("--picture", "x.docx"), "cannot draw"),
        (("--json", "/no/such/folder/x.json"), "does not exist"),
    ],
)
def test_what_cannot_be_done_is_refused(bench, words, message):
    assert message in bench(*words).refused


def test_a_peer_that_is_not_installed_is_refused(bench, monkeypatch):
    add_peer(monkeypatch, Peer("ghost", ("no_such_package",), lambda _: ()))
    message = bench("--peers", "ghost").refused
    assert message == "--peers ghost: needs no_such_package, which is not installed"


def test_the_list_of_works_and_peers_needs_none_of_their_packages():
    heavy = ("torch", "jax", "onnxruntime", "sklearn", "scipy")
    script = (
        "import sys; from softgrad.evidence.speed import known_peers, all_works; "
        "known_peers(), all_works(); "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
