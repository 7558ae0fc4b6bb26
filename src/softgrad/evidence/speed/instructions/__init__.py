"""Instructions an entry of the hot loops, counted by callgrind: the same on a busy machine.

Run: python -m softgrad.evidence.speed.instructions FILE [INSTRUCTION SET], which writes the counts.
"""

from softgrad.evidence.speed.instructions.counting import (
    INSTRUCTION_SET,
    compilers,
    count_instructions,
    record,
    why_not,
)
from softgrad.evidence.speed.instructions.hot_loops import HOT_LOOPS

__all__ = [
    "HOT_LOOPS",
    "INSTRUCTION_SET",
    "compilers",
    "count_instructions",
    "record",
    "why_not",
]
