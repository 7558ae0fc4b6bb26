"""Instructions an entry of the hot loops are what they were, so that speed cannot rot unseen.

After a change that is meant, or with another compiler, count anew and look at the difference:
`python -m softgrad.evidence.speed.instructions tests/kernels/instructions.json` (20 s).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from softgrad.evidence.speed.instructions import compilers, count_instructions, why_not

FILE = Path(__file__).with_name("instructions.json")
BOUND = 1.05


def compared() -> dict:
    """What was counted, where it can be compared with what is counted now."""
    if reason := why_not():
        pytest.skip(reason)
    kept = json.loads(FILE.read_text())
    if kept["compilers"] != compilers():
        pytest.skip(
            f"counted with {', '.join(kept['compilers'])}; these kernels are of "
            f"{', '.join(compilers())}: count anew, as this file says"
        )
    return kept["an entry"]


def test_no_hot_loop_takes_more_instructions_than_it_did():
    kept, found = compared(), count_instructions()
    assert set(kept) <= set(found), "a hot loop is done by no kernel any more"
    changed = {
        name: (count, round(found[name], 2))
        for name, count in kept.items()
        if not count / BOUND <= found[name] <= count * BOUND
    }
    assert not changed, "(kept, found): if it is meant, or better, count anew as this file says"
