"""The permanent set: every wrong derivative is called wrong, nearly all by the right name, and no
right one is."""

import numpy as np
import pytest

import softgrad as sg
from checking.right import RIGHT
from checking.wrong import WRONG

SIZES = (4, 50)
LONG = 1000


def point(n, batch, peaked):
    random = np.random.default_rng(n)
    z = random.standard_normal((3, n) if batch else n)
    if peaked:
        z[..., 2] += 9.0
    return z


@pytest.mark.parametrize("peaked", [False, True], ids=["spread", "peaked"])
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("name", WRONG)
def test_wrong_ones_are_called_wrong_by_name(name, n, peaked):
    code, form, function, derivative, argument, batch = WRONG[name]
    report = sg.check(function, derivative, point(n, batch, peaked), form, argument=argument)
    assert report.verdict == "wrong"
    assert report.diagnosis == code, str(report)


@pytest.mark.parametrize("peaked", [False, True], ids=["spread", "peaked"])
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("name", RIGHT)
def test_right_ones_are_not_called_wrong(name, n, peaked):
    form, function, derivative, batch = RIGHT[name]
    report = sg.check(function, derivative, point(n, batch, peaked), form)
    assert report.verdict == "correct", str(report)


def takes_products(form):
    return form in ("vjp", "gradient", "elementwise")


@pytest.mark.parametrize(
    "name", [n for n, w in WRONG.items() if takes_products(w[1]) and w[0] != "step-too-small"]
)
def test_long_wrong_ones_are_called_wrong(name):
    code, form, function, derivative, argument, batch = WRONG[name]
    report = sg.check(function, derivative, point(LONG, batch, False), form, argument=argument)
    assert (report.verdict, report.diagnosis) == ("wrong", code), str(report)


@pytest.mark.parametrize("name", [n for n, r in RIGHT.items() if takes_products(r[0])])
def test_long_right_ones_are_not(name):
    form, function, derivative, batch = RIGHT[name]
    assert sg.check(function, derivative, point(LONG, batch, False), form)
