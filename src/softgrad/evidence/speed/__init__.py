"""Speed beside other libraries: a table of work, and ratios of times taken in one run.

Every result is compared with softgrad's before it is timed; then all take turns, and the best of
many times counts. Peers are optional: a package is imported when its peer is first used.
"""

from softgrad.evidence.speed.goals import OWN, Times
from softgrad.evidence.speed.machine import machine
from softgrad.evidence.speed.measure import measure, thread_limit
from softgrad.evidence.speed.peer import Call, Peer
from softgrad.evidence.speed.peers import known_peers
from softgrad.evidence.speed.problem import Problem
from softgrad.evidence.speed.row import Row
from softgrad.evidence.speed.task import Task
from softgrad.evidence.speed.timing import Effort
from softgrad.evidence.speed.works import Work, all_works, matching, quick

__all__ = [
    "OWN",
    "Call",
    "Effort",
    "Peer",
    "Problem",
    "Row",
    "Task",
    "Times",
    "Work",
    "all_works",
    "known_peers",
    "machine",
    "matching",
    "measure",
    "quick",
    "thread_limit",
]
