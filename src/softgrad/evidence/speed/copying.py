"""The streaming copy: what the memory allows to anybody who reads and writes so many bytes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np

from softgrad.evidence.speed.peer import Peer

PAGE = 4096


@contextmanager
def streaming_copies(
    traffic: int, threads: int, peers: Iterable[Peer]
) -> Generator[list[Callable[[], object]]]:
    """Several ways of copying half of `traffic` bytes, so that all of it is read or written.

    By NumPy in one thread, by NumPy in `threads` of them, and by each peer that has a copy. The
    fastest is the one that counts.
    """
    source = np.ones(max(PAGE, traffic // 2), np.uint8)
    target = np.zeros_like(source)  # written once here: new pages cost more than the copy
    ways: list[Callable[[], object]] = [lambda: np.copyto(target, source)]
    for peer in peers:
        way = peer.copy(target, source)
        if way is not None:
            ways.append(way)
    with ThreadPoolExecutor(max(1, threads - 1)) as pool:
        if threads > 1:
            parts = list(
                zip(np.array_split(target, threads), np.array_split(source, threads), strict=True)
            )

            def shared() -> None:
                waiting = [pool.submit(np.copyto, *part) for part in parts[1:]]
                np.copyto(*parts[0])
                for one in waiting:
                    one.result()

            ways.append(shared)
        yield ways
