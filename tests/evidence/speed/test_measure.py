from __future__ import annotations

import json

import numpy as np
import pytest

from evidence.speed.tiny import ONCE, SOFTMAX, peer_of, right, tiny, wrong
from softgrad.evidence.speed import Call, Peer, all_works, measure, thread_limit
from softgrad.kernels.availability import availability

KERNELS = availability().native is not None


def only_row(*peers: Peer):
    (row,) = measure([SOFTMAX], peers, ONCE)
    return row


def test_a_right_peer_is_timed():
    row = only_row(peer_of("right", right))
    assert set(row.seconds) == {"softgrad", "right"}
    assert row.left_out == {}
    assert all(seconds > 0 for seconds in (*row.seconds.values(), row.times.copy))


def test_a_wrong_peer_is_reported_and_not_timed():
    calls: list[int] = []

    def counted(z: np.ndarray) -> np.ndarray:
        calls.append(1)
        return wrong(z)

    row = only_row(peer_of("wrong", counted), peer_of("right", right))
    assert set(row.seconds) == {"softgrad", "right"}
    assert row.left_out["wrong"].startswith("wrong: differs by ")
    assert len(calls) == 1  # the check, and no more


def test_a_peer_that_fails_is_reported_and_the_others_are_timed():
    def fails(z: np.ndarray) -> np.ndarray:
        raise RuntimeError("no such\noperator")

    row = only_row(peer_of("fails", fails), peer_of("right", right))
    assert row.left_out == {"fails": "failed: RuntimeError: no such operator"}
    assert "right" in row.seconds


def test_a_peer_that_cannot_be_prepared_is_reported():
    def calls(_problem):
        raise ImportError("half installed")
        yield Call(lambda: ())

    row = only_row(Peer("broken", ("numpy",), calls))
    assert row.left_out == {"broken": "failed: ImportError: half installed"}


def test_of_several_ways_the_right_ones_are_timed_and_the_wrong_ones_named():
    row = only_row(peer_of("two", wrong, right))
    assert set(row.left_out) == {"two"}
    assert row.forms == {"two": "way 1"}


def test_a_peer_without_the_task_is_no_part_of_the_row():
    row = only_row(peer_of("none"))
    assert set(row.seconds) == {"softgrad"}
    assert row.times.ratio is None
    assert row.left_out == {}


def test_a_row_says_which_path_was_taken_and_how_far_off_its_results_are():
    work = next(tiny(w) for w in all_works() if "focal" in w.name)
    (row,) = measure([work], [], ONCE)
    assert row.met is None
    assert "log-probabilities" in row.path or "kernel" in row.path
    assert row.ulp is not None
    assert 0 < row.ulp <= 4


def test_the_path_of_an_activation_is_what_the_kernels_log_of_it():
    path = only_row().path
    assert path.startswith("kernel softmax forward f32" if KERNELS else "definition")


def test_the_least_traffic_is_all_inputs_and_all_results():
    work = next(w for w in all_works() if "gradient + Hessian" in w.name)
    (row,) = measure([tiny(work)], [], ONCE)
    logits = 6 * 3 * 4
    assert row.traffic == 3 * logits + 6 * 8  # z, gradient, Hessian; int64 labels


def test_a_row_is_data_for_json():
    data = only_row(peer_of("right", right, right), peer_of("wrong", wrong)).as_data()
    assert json.loads(json.dumps(data)) == data
    assert data["work"] == "softmax"
    assert data["shape"] == [4, 5]
    assert set(data["seconds"]) == {"softgrad", "right"}
    assert data["best_peer"] == "right"
    assert data["bytes"] == 2 * 4 * 5 * 4
    assert set(data["left_out"]) == {"wrong"}


def test_the_sessions_of_peers_end_when_a_run_is_interrupted():
    from contextlib import contextmanager

    seen: list[str] = []

    @contextmanager
    def session(threads: int):
        seen.append(f"{threads} threads")
        try:
            yield
        finally:
            seen.append("ended")

    def interrupted(z: np.ndarray) -> np.ndarray:
        raise KeyboardInterrupt

    peer = Peer("stops", ("numpy",), peer_of("stops", interrupted).calls, session=session)
    with pytest.raises(KeyboardInterrupt):
        only_row(peer)
    assert seen == ["2 threads", "ended"]


def test_what_other_libraries_warn_about_is_not_repeated(recwarn):
    import warnings

    def warns(z: np.ndarray) -> np.ndarray:
        warnings.warn("deprecated by somebody else", DeprecationWarning, stacklevel=1)
        return right(z)

    def calls(problem):
        result = (warns(problem.z),)
        yield Call(lambda: result)

    assert "warns" in only_row(Peer("warns", ("numpy",), calls)).seconds
    assert not recwarn


def test_a_limit_of_threads_holds_for_a_while(threads):
    with thread_limit(1):
        assert threads.history == [2, 1]
    with thread_limit(None):
        assert threads.history == [2, 1, 2]
