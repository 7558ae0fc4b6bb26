from __future__ import annotations

import numpy as np
import pytest

from softgrad.evidence.speed import Peer, known_peers
from softgrad.evidence.speed.copying import streaming_copies


def seen_arrays(seen: list[np.ndarray]) -> Peer:
    """A peer that keeps the two arrays that it was to copy."""

    def copy(target: np.ndarray, source: np.ndarray) -> None:
        seen.extend((target, source))

    return Peer("seen", ("numpy",), lambda _: (), copy=copy)


@pytest.mark.parametrize(("threads", "ways"), [(1, 2), (3, 3)])
def test_each_way_copies_every_byte(threads, ways):
    seen: list[np.ndarray] = []
    traffic = 2 * 10_007
    peers = [seen_arrays(seen), known_peers()["torch"]]
    with streaming_copies(traffic, threads, peers) as copies:
        target, source = seen
        assert len(copies) == ways
        assert source.nbytes == target.nbytes == traffic // 2
        for way in copies:
            source[:] = np.arange(source.size) % 251 + 1
            target[:] = 0
            way()
            assert np.array_equal(target, source)
