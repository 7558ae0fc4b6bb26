"""Whatever torch does to a function of logits is right by a formula, or refused with the reason."""

from __future__ import annotations

import pytest

from battery.cases import KINDS, Case, few_pairs
from battery.judgement import expected_outcome, judge
from battery.table import QUICK, few_cases, one_of_each_kind
from battery.traced import COMPILED
from softgrad.catalogue import ACTIVATIONS, LOSSES

CASES = few_cases()
#: Those that take long are run on a few functions here, on all for the table in the docs.
THINNED = {
    "make_fx": 6,
    "make_fx, symbolic shapes, func.hessian": 18,
    "func.linearize": 6,
    "autograd.functional.hessian(vectorize=True)": 4,
    "jacrev(jacfwd)": 2,
    "jacrev(jacrev)": 2,
    "vmap(grad, in_dims=1, out_dims=2)": 2,
    "third derivative": 3,
}
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:torch")


def test_the_battery_has_every_activation_and_every_loss() -> None:
    names = {one.name for pair in few_pairs() for one in pair}
    assert names == set(ACTIVATIONS) | set(LOSSES)
    assert len(few_pairs()) >= 60
    assert len(QUICK) + len(COMPILED) >= 25
    assert {case.kind for case in CASES} == set(KINDS)
    assert set(THINNED) <= set(QUICK)


@pytest.mark.parametrize("name", QUICK)
def test_every_function_is_right_or_refused(name: str) -> None:
    for case in CASES[:: THINNED.get(name, 1)]:
        assert judge(QUICK[name], case) == expected_outcome(name, case), case.name


@pytest.mark.parametrize("name", COMPILED)
def test_what_is_compiled_is_right(name: str) -> None:
    which = list(COMPILED).index(name)
    cases: list[Case] = one_of_each_kind(which)
    for case in (cases * 2)[which % len(KINDS) :][:4]:
        assert judge(COMPILED[name], case) == "right", case.name
