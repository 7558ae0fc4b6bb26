"""The permanent set: every wrong derivative is called wrong, nearly all by the right name, and no
right one is. `evidence/experiments/checkers_compared.py` prints what other checkers say of them."""

import numpy as np
import pytest

import softgrad as sg
from checking.mistakes import WRONG, conduct
from checking.right import RIGHT
from checking.settings import SETTINGS, applies, in_single, point

#: One test goes over all wrong, or right, derivatives in one setting: 95 of 100 codes are right.
LEAST_RIGHT_CODES = 0.95


def report_on(mistake, setting):
    function, derivative = mistake.function, mistake.derivative
    if setting.single:
        function, derivative = in_single(function), in_single(derivative)
    x = point(setting, mistake.batch)
    conduct.TOTALS.clear()  # what one of them keeps of earlier calls
    return sg.check(function, derivative, x, mistake.form, argument=mistake.argument)


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_wrong_ones_are_called_wrong_by_name(setting):
    cases = {name: m for name, m in WRONG.items() if applies(m, setting)}
    assert len(cases) >= 60
    reports = {name: report_on(mistake, setting) for name, mistake in cases.items()}
    assert not [name for name, report in reports.items() if report.verdict != "wrong"]
    others = {n: r.diagnosis for n, r in reports.items() if r.diagnosis != cases[n].code}
    assert len(others) <= (1.0 - LEAST_RIGHT_CODES) * len(cases), others


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_right_ones_are_not_called_wrong(setting):
    wrong = {}
    for name, (form, function, derivative, batch) in RIGHT.items():
        if setting.n == 1000 and form in ("jacobian", "hessian", "auto"):
            continue  # a million entries by loops
        if setting.single:
            function, derivative = in_single(function), in_single(derivative)
        report = sg.check(function, derivative, point(setting, batch), form)
        if report.verdict != "correct":
            wrong[name] = str(report)
    assert not wrong


def test_a_right_code_can_be_missed():
    """The test above can fail: a wrong code is not taken for the right one."""
    sign = WRONG["negated_backward"]
    assert report_on(sign, SETTINGS[0]).diagnosis != WRONG["p_times_g"].code


def test_every_code_of_the_set_has_two_cases():
    codes = [mistake.code for mistake in WRONG.values()]
    assert len(codes) >= 90
    assert {code for code in codes if codes.count(code) < 2} <= {
        "not-deterministic", "overflow", "log-of-zero", "stateful", "raises", "wrong-shape", "zero",
        "target-sum-dropped",
    }  # fmt: skip


def test_the_points_are_what_they_are_called():
    for setting in SETTINGS:
        z = point(setting, batch=True)
        assert z.shape == (3, setting.n)
        spread = np.ptp(z)
        assert {"uniform": spread < 0.1, "spread": spread > 1.0, "peaked": spread > 9.0}[
            setting.kind
        ]
