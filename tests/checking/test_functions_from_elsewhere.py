"""Backward passes of functions that the checker has never heard of: right ones pass alone."""

import pytest

import softgrad as sg
from checking.functions_from_elsewhere import ELSEWHERE


@pytest.mark.parametrize("name", ELSEWHERE)
def test_right_ones_pass_and_wrong_ones_do_not(name):
    one = ELSEWHERE[name]
    right = sg.check(one.function, one.right, one.x, one.form)
    assert right.verdict == "correct", right
    wrong = sg.check(one.function, one.wrong, one.x, one.form)
    assert wrong.verdict == "wrong", wrong


@pytest.mark.parametrize("name", ELSEWHERE)
def test_the_form_is_found(name):
    one = ELSEWHERE[name]
    assert sg.check(one.function, one.right, one.x).verdict == "correct"
