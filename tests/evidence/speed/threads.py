"""How many threads softgrad uses, without asking its kernels: two, until somebody says else."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

import softgrad as sg


@dataclass
class Threads:
    """What was set, the last one being what holds."""

    history: list[int] = field(default_factory=lambda: [2])

    @classmethod
    def install(cls, monkeypatch: pytest.MonkeyPatch) -> Threads:
        threads = cls()
        monkeypatch.setattr(sg, "get_threads", lambda: threads.history[-1], raising=False)
        monkeypatch.setattr(sg, "set_threads", threads.history.append, raising=False)
        return threads
