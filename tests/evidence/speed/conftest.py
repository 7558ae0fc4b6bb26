from __future__ import annotations

import pytest

from evidence.speed.threads import Threads


@pytest.fixture(autouse=True)
def threads(monkeypatch: pytest.MonkeyPatch) -> Threads:
    return Threads.install(monkeypatch)
