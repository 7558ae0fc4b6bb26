"""Speed beside other libraries: a table of work, and ratios of times taken in one run.

Every result is compared with softgrad's before it is timed; then all take turns, and the best of
many times counts. Peers are optional: a package is imported when its peer is first used.
"""

from softgrad.benchmark.goals import OWN, Times, Verdict
from softgrad.benchmark.machine import machine
from softgrad.benchmark.measure import measure, thread_limit
from softgrad.benchmark.peer import Call, Peer
from softgrad.benchmark.peers import known_peers
from softgrad.benchmark.problem import Problem
from softgrad.benchmark.row import Row
from softgrad.benchmark.task import Task
from softgrad.benchmark.timing import Effort
from softgrad.benchmark.works import Work, all_works, matching, quick

__all__ = [
    "OWN",
    "Call",
    "Effort",
    "Peer",
    "Problem",
    "Row",
    "Task",
    "Times",
    "Verdict",
    "Work",
    "all_works",
    "known_peers",
    "machine",
    "matching",
    "measure",
    "quick",
    "thread_limit",
]
