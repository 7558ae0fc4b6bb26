"""A work, measured: checked first, then timed with all that agree taking turns."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import softgrad
from softgrad.evidence.speed.agreement import disagreement
from softgrad.evidence.speed.copying import streaming_copies
from softgrad.evidence.speed.digits import worst_ulp_of
from softgrad.evidence.speed.goals import Times
from softgrad.evidence.speed.own import own_call
from softgrad.evidence.speed.peer import Call, Peer
from softgrad.evidence.speed.problem import Problem
from softgrad.evidence.speed.row import Row
from softgrad.evidence.speed.task import Task
from softgrad.evidence.speed.timing import Effort, best_times
from softgrad.evidence.speed.works import Work

Note = Callable[[str], None]
_Run = Callable[[], tuple[Any, ...]]


class _Form(NamedTuple):
    """One form of one peer."""

    peer: str
    form: str


def measure(
    works: Sequence[Work], peers: Sequence[Peer], effort: Effort, *, note: Note = lambda _: None
) -> Iterator[Row]:
    """Measure one work after the other; the arrays of each are freed before the next.

    Args:
        works: rows of the table.
        peers: installed ones. They use as many threads as softgrad does.
        effort: how much time may be taken.
        note: called with what is being done, in words.
    """
    threads: int = softgrad.get_threads()
    with ExitStack() as sessions:
        for peer in peers:
            note(f"starting {peer.name}")
            with _their_warnings_ignored():
                sessions.enter_context(peer.session(threads))
        for work in works:
            yield _measure(Problem(work, threads), peers, effort, note)
            gc.collect()


@contextmanager
def thread_limit(threads: int | None) -> Generator[None]:
    """While this lasts, softgrad uses so many threads; None leaves it at what it uses."""
    if threads is None:
        yield
        return
    before = softgrad.get_threads()
    softgrad.set_threads(threads)
    try:
        yield
    finally:
        softgrad.set_threads(before)


def _measure(problem: Problem, peers: Sequence[Peer], effort: Effort, note: Note) -> Row:
    work = problem.work
    note(f"{work.name}: softgrad")
    own = own_call(problem, work.task)
    expected = own.run()
    runs: dict[_Form, _Run] = {}
    left_out: dict[str, str] = {}
    for peer in peers:
        note(f"{work.name}: checking {peer.name}")
        with _their_warnings_ignored():
            for call, reason in _checked(peer, problem, expected):
                if reason is None:
                    runs[_Form(peer.name, call.form)] = call.run
                else:
                    left_out[_label(peer, call)] = reason
    note(f"{work.name}: timing")
    traffic = problem.traffic()
    with streaming_copies(traffic, problem.threads, peers) as copies:
        ways = dict(enumerate(copies))
        calls: dict[_Form | Task | int, Callable[[], object]] = {work.task: own.run, **runs, **ways}
        best = best_times(calls, effort, rivals=(runs, ways))
    peer_times, forms = _fastest({form: best[form] for form in runs})
    times = Times(own=best[work.task], peers=peer_times, copy=min(best[way] for way in ways))
    return Row(work, traffic, times, forms, left_out, own.path(), worst_ulp_of(work))


def _checked(
    peer: Peer, problem: Problem, expected: Sequence[Any]
) -> Iterator[tuple[Call, str | None]]:
    """Each way of the peer, and why it cannot be timed, if so."""
    calls = iter(peer.calls(problem))
    while True:
        call = Call(lambda: (), "")
        try:
            call = next(calls)
            found = [call.read(result) for result in call.run()]
            wrong = disagreement(found, expected, problem.work.dtype)
        except StopIteration:
            return
        except Exception as error:  # a peer may fail in any way; the others are measured
            text = " ".join(str(error).split())
            yield call, f"failed: {type(error).__name__}: {text}"
        else:
            yield call, None if wrong is None else f"wrong: {wrong}"


def _label(peer: Peer, call: Call) -> str:
    return f"{peer.name} ({call.form})" if call.form else peer.name


def _fastest(times: dict[_Form, float]) -> tuple[dict[str, float], dict[str, str]]:
    """Each peer's best time, and in which form."""
    best: dict[str, float] = {}
    forms: dict[str, str] = {}
    for (peer, form), seconds in times.items():
        if seconds < best.get(peer, float("inf")):
            best[peer], forms[peer] = seconds, form
    return best, {peer: form for peer, form in forms.items() if form}


@contextmanager
def _their_warnings_ignored() -> Generator[None]:
    """What other libraries deprecate in each other is not for users of this one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
