"""`check_entry` finds every kind of mistake, and none where there is none."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

import softgrad as sg
from own_entries import Bent, Fair
from softgrad.contracts import RowLoss
from softgrad.errors import InputTypeError, MissingPackageError, ParameterError
from softgrad.testing import (
    LawError,
    activation_facts,
    activation_laws,
    check_entry,
    declared_facts,
    dense_exact_laws,
    dense_laws,
    difference_laws,
    far_laws,
    loss_facts,
    loss_laws,
    pair_laws,
)
from softgrad.testing.entry import findings
from softgrad.testing.limits import OF_ANY, Limits
from testing.altering import altered, times, without_exact
from testing.broken import BROKEN, SQUARES

ROOMS = (
    activation_facts.LAWS,
    declared_facts.ACTIVATION_LAWS,
    declared_facts.LOSS_LAWS,
    activation_laws.EXACT_LAWS,
    activation_laws.EXACT_DERIVATIVE_LAWS,
    difference_laws.ACTIVATION_LAWS,
    difference_laws.LOSS_LAWS,
    difference_laws.PAIR_LAWS,
    dense_exact_laws.LAWS,
    dense_laws.ACTIVATION_LAWS,
    dense_laws.LOSS_LAWS,
    far_laws.ACTIVATION_LAWS,
    far_laws.LOSS_LAWS,
    loss_facts.LAWS,
    loss_laws.EXACT_LAWS,
    pair_laws.EXACT_LAWS,
    pair_laws.EXACT_DERIVATIVE_LAWS,
)


@pytest.mark.parametrize("mistake", BROKEN)
def test_each_mistake_breaks_its_law(mistake: str) -> None:
    make, laws = BROKEN[mistake]
    unseen = set(laws)
    for finding in findings(make(), OF_ANY):
        if finding.fault:
            unseen.discard(finding.function)
        if not unseen:
            return
    raise AssertionError(f"{unseen} hold")


def test_every_law_is_seen_to_fail() -> None:
    known = {f"{law.__module__.split('.')[-1]}.{law.__name__}" for laws in ROOMS for law in laws}
    known |= {"entry.the_loss_fits_an_activation", "entry.the_entry_is_a_value"}
    known.add("returned.the_methods_return_what_is_asked_of_them")
    for law in (
        difference_laws.the_value_in_float32_is_that_in_float64,
        difference_laws.the_target_gradient_is_the_derivative_by_the_target,
    ):
        known.add(f"difference_laws.{law.__name__}")
    assert known == {law for _, laws in BROKEN.values() for law in laws}


RIGHT = [
    Bent(),
    Fair(c=0.5),
    sg.Sigmoid(),
    sg.Exp(),
    sg.GumbelSoftmax(generator=0),
    sg.CrossEntropy(),
    sg.Hinge(),
    sg.FenchelYoung(),
    sg.Dice(),
]


@pytest.mark.parametrize("entry", RIGHT, ids=repr)
def test_what_is_right_keeps_all_laws(entry: Any) -> None:
    report = check_entry(entry)
    assert not report.broken
    assert len(report.findings) > 15
    assert "keeps all" in str(report)


KINDS = [Bent, Fair, sg.Softmax, sg.Softplus, sg.Focal, sg.Huber, sg.SquaredHinge]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_without_exact_it_is_compared_with_differences(kind: Any) -> None:
    report = check_entry(without_exact(kind))
    assert report.compared_with == "differences of its own values"


def test_every_mistake_is_told_at_once_with_input_and_what_was_expected() -> None:
    broken = altered(Bent, value=times(1.001, Bent.value), second=times(-1.0, Bent.second))
    with pytest.raises(LawError) as caught:
        check_entry(broken)
    text = str(caught.value)
    first = text.splitlines()[0]
    assert re.fullmatch(
        r"BrokenBent\(\) breaks \d+ of \d+ laws, compared with its exact .*:", first
    )
    for law in ("The value is that of `exact`", "The curvature for a cotangent g"):
        assert re.search(rf"\n\d+\. {law}.*\n   got -?\d\S+, expected -?\d\S+ .*; z = \[", text), (
            law
        )


def test_what_an_entry_raises_is_told_with_its_line() -> None:
    def fails(self: Any, xp: Any, z: Any) -> Any:
        raise ZeroDivisionError("nothing to divide by")

    with pytest.raises(
        LawError, match=r"raised ZeroDivisionError: nothing .* \(line \d+ of .*test"
    ):
        check_entry(altered(Bent, first=fails))


RETURNED = {
    "row_hessian": ({**SQUARES, "row_hessian": SQUARES["row_gradient"]}, "an Operator of"),
    "row_value": ({**SQUARES, "row_value": SQUARES["row_gradient"]}, r"an array of shape \(3,\)"),
    "row_gradient": ({**SQUARES, "row_gradient": lambda *_: 0.0}, r"an array of shape \(3, 4\)"),
}


@pytest.mark.parametrize("method", RETURNED)
def test_a_method_that_returns_another_thing_is_named_once(method: str) -> None:
    content, wanted = RETURNED[method]
    with pytest.raises(LawError, match=rf"RowLoss\.{method} returned .*; expected {wanted}") as one:
        check_entry(altered(RowLoss, **content))
    assert len(one.value.report.broken) == 1


@pytest.mark.parametrize("method", ["value", "first", "second"])
def test_a_method_without_a_return_is_named_once(method: str) -> None:
    for returned in (None, 1.0, np.zeros(3)):
        with pytest.raises(LawError, match=rf"BrokenBent\.{method} returned") as one:
            check_entry(altered(Bent, **{method: lambda self, xp, z, x=returned: x}))
        assert len(one.value.report.broken) == 1


def test_the_line_that_is_told_is_none_of_a_library() -> None:
    @lru_cache
    def doubled(x: float) -> float:
        return 2.0 * x

    def exact(self: Any, z: Any) -> Any:
        return [*map(doubled, [list(z)])]  # a list has no hash

    with pytest.raises(LawError, match=r"\(line \d+ of [^)]*test_check_entry\.py\)") as one:
        check_entry(altered(Bent, exact=exact))
    assert not re.search(r"line \d+ of [^)]*(functools|mpmath)", str(one.value))


def test_a_looser_check_passes_what_has_fewer_digits() -> None:
    entry = altered(Bent, value=times(1.0 + 1e-13, Bent.value))
    with pytest.raises(LawError):
        check_entry(entry)
    assert check_entry(entry, loosen=1000.0)
    assert Limits().loosened(10.0).value == 40.0


@pytest.mark.parametrize(
    ("thing", "error", "message"),
    [
        (Fair, InputTypeError, r"entry is the class Fair; expected an object .*: Fair\(\)"),
        (sg.cross_entropy + sg.z_loss, InputTypeError, "entry is a LossSum; expected an object"),
        (np.tanh, InputTypeError, "entry is a ufunc"),
    ],
)
def test_what_is_no_entry_is_refused(thing: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        check_entry(thing)


@pytest.mark.parametrize("loosen", [0.0, -1.0, np.inf, np.nan, "a", None, True])
def test_a_tolerance_is_a_positive_number(loosen: Any) -> None:
    with pytest.raises(ParameterError, match="loosen is"):
        check_entry(Fair(), loosen=loosen)


def test_without_mpmath_only_a_definition_needs_it() -> None:
    program = (
        "import sys; sys.modules['mpmath'] = None\n"
        "from softgrad.contracts import DifferenceLoss\n"
        "import softgrad as sg\n"
        "from softgrad.testing import check_entry\n"
        "try: check_entry(sg.huber)\n"
        "except sg.SoftgradError as error: print(type(error).__name__, error)\n"
        "class Own(sg.Huber): exact = DifferenceLoss.exact\n"
        "from dataclasses import dataclass\n"
        "print(check_entry(dataclass(frozen=True)(Own)()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert (
        "MissingPackageError Huber has an exact definition, and comparing with it needs mpmath"
        in (done.stdout)
    )
    assert "keeps all" in done.stdout
    assert issubclass(MissingPackageError, ImportError)
