"""Every peer that is installed agrees with softgrad at every task that it has."""

from __future__ import annotations

import pytest

from evidence.speed.tiny import ONCE, tiny
from softgrad.evidence.speed import all_works, known_peers, measure
from softgrad.evidence.speed.dtypes import is_half
from softgrad.evidence.speed.works import Work

HERE = [peer for peer in known_peers().values() if not peer.missing()]
AT_ONCE = [peer for peer in HERE if peer.starts_quickly]


def distinct() -> list[Work]:
    """One tiny work for each task, 32 or 16 bits, and way of taking memory."""
    works = {(w.task, is_half(w.dtype), w.reuses): tiny(w) for w in all_works()}
    return list(works.values())


def test_a_peer_is_a_file_and_is_found_by_its_name():
    assert {"torch", "torch.compile", "jax", "onnxruntime", "sklearn", "scipy", "entmax"} <= set(
        known_peers()
    )
    assert all(name == peer.name for name, peer in known_peers().items())


def test_a_package_that_is_missing_is_named():
    for peer in known_peers().values():
        assert set(peer.missing()) <= set(peer.packages)
    assert known_peers()["numpy"].missing() == []


@pytest.mark.parametrize("work", distinct(), ids=lambda work: work.name)
def test_results_agree(work):
    (row,) = measure([work], AT_ONCE, ONCE)
    assert row.left_out == {}
    if work.task.activation != "entmax":  # only the package of that name has it
        assert {"torch", "jax"} & set(row.times.peers)


def test_compiled_functions_agree_too():
    title = "softmax x cross_entropy, value"
    works = [work for work in distinct() if work.name.startswith(title)]
    (row,) = measure(works[:1], [known_peers()["torch.compile"]], ONCE)
    assert row.left_out == {}
    assert "torch.compile" in row.times.peers


def test_peers_use_as_many_threads_as_softgrad_and_then_as_before(threads):
    import torch

    before = torch.get_num_threads()
    threads.history.append(1)
    during: list[int] = []
    list(
        measure(
            [tiny(all_works()[0])],
            [known_peers()["torch"]],
            ONCE,
            note=lambda _: during.append(torch.get_num_threads()),
        )
    )
    assert during[-1] == 1
    assert torch.get_num_threads() == before
