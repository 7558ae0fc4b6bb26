"""The table of the battery: transformations down, kinds of function across."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from battery.cases import (
    KINDS,
    Case,
    activation_cases,
    all_pairs,
    few_pairs,
    pair_cases,
    weighted_cases,
)
from battery.functional_transformations import FUNCTIONAL
from battery.judgement import Outcome, judge
from battery.traced import COMPILED, TRACED
from battery.transformations import EAGER, Transformation

Cells = dict[tuple[str, str], Counter[Outcome]]
QUICK: dict[str, Transformation] = {**EAGER, **FUNCTIONAL, **TRACED}


def few_cases() -> list[Case]:
    """Every activation, and enough pairs for every loss."""
    return [*activation_cases(), *pair_cases(few_pairs()), *weighted_cases()]


def all_cases() -> list[Case]:
    """Every activation, and every pair of which there is a formula."""
    return [*activation_cases(), *pair_cases(all_pairs()), *weighted_cases()]


def one_of_each_kind(which: int = 0) -> list[Case]:
    """A case of each kind, another for another `which`."""
    found: list[Case] = []
    cases = few_cases()
    for kind in KINDS:
        own = [case for case in cases if case.kind == kind]
        found.append(own[which * 3 % len(own)])
    return found


def judged(transformations: Mapping[str, Transformation], cases: Sequence[Case]) -> Cells:
    """What came of each transformation of each kind."""
    cells: Cells = {}
    for name, transformation in transformations.items():
        for case in cases:
            outcomes = cells.setdefault((name, case.kind), Counter())
            outcomes[judge(transformation, case)] += 1
    return cells


def cell(outcomes: Counter[Outcome]) -> str:
    """right, raises, or how often each."""
    if len(outcomes) == 1:
        return next(iter(outcomes))
    return ", ".join(f"{count} {name}" for name, count in sorted(outcomes.items()))


def table(cells: Cells, names: Iterable[str], cases: Sequence[Case]) -> list[str]:
    """The lines of a table in Markdown."""
    counts = Counter(case.kind for case in cases)
    heads = [f"{kind} ({counts[kind]})" for kind in KINDS]
    lines = ["| | " + " | ".join(heads) + " |", "|---" * (len(KINDS) + 1) + "|"]
    for name in names:
        row = [cell(cells[name, kind]) for kind in KINDS]
        lines.append(f"| `{name}` | " + " | ".join(row) + " |")
    return lines


START = """# What PyTorch may do to a tensor that softgrad made

Written by `tools/torch_battery.py`, with the code of `tests/battery` that the tests run. Each
cell is a transformation of a function of logits: of an activation's output (whose Jacobian is
diagonal, symmetric, or neither), of its logarithm or complement, or of a loss of a layer. In
brackets is how many functions a column has: every activation, and every pair whose value has a
formula in torch's own operations.

- **right**: value and derivatives are those of the formula in float64, differentiated by torch
  away from kinks, within 2^13 roundings of the largest number (the formula is the less exact);
- **raises**: `AutodiffError` says why it is not offered, and what to do instead.

Nothing else was seen: no wrong number, and no zero in the place of a derivative.
"""
SECOND = """
## Compiled and exported

Compilers take seconds for each function, so these are of a few of each kind.
"""
END = """
`autograd.functional.hvp` finds a second derivative by differentiating backward's own graph twice,
which cannot be told from a third derivative: take `vhp`, which is the same for a symmetric
matrix, or `torch.func`.
"""


def page(cases: Sequence[Case], compiled: Sequence[Case]) -> str:
    """The whole text of docs/pytorch-battery.md."""
    quick, slow = judged(QUICK, cases), judged(COMPILED, compiled)
    lines = [START, *table(quick, QUICK, cases), SECOND, *table(slow, COMPILED, compiled), END]
    return "\n".join(lines)
