"""Hyper-parameters are given by their names, as any real number; what is wrong is named."""

from __future__ import annotations

import copy
import pickle
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import softgrad as sg
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.contracts.parameters import range_of
from softgrad.errors import InputTypeError, ParameterError, UnknownNameError

KINDS: list[Any] = [*ACTIVATIONS.values(), *LOSSES.values()]
NUMBERED = [(kind, one) for kind in KINDS for one in fields(kind) if range_of(one)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_wrong_name_is_told_with_those_that_are_known(kind: Any) -> None:
    names = [one.name for one in fields(kind)]
    for call in (lambda: kind(nosuch=1.0), lambda: replace(kind(), nosuch=1.0), lambda: kind(1.0)):
        with pytest.raises(InputTypeError, match=kind.__name__) as caught:
            call()
        assert all(name in str(caught.value) for name in names)
    assert isinstance(caught.value, sg.SoftgradError)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_copies_pickles_and_replacements_are_made_as_before(kind: Any) -> None:
    for made in kind.examples():
        assert repr(pickle.loads(pickle.dumps(made))) == repr(made)
        assert repr(copy.deepcopy(made)) == repr(copy.copy(made)) == repr(replace(made))


def test_a_number_of_any_real_type_is_kept_as_one_of_python() -> None:
    for kind, one in NUMBERED:
        for value in {made.hyper_parameters[one.name] for made in kind.examples()}:
            given: list[Any] = [np.float64(value), np.float32(value)]
            if float(value).is_integer():
                given += [np.int64(value), np.uint8(abs(value)), Fraction(abs(value))]
            for number in given:
                if float(number) != value:
                    continue
                kept = getattr(kind(**{one.name: number}), one.name)
                assert type(kept) in (int, float)
                assert kept == value
                assert kind(**{one.name: number}) == kind(**{one.name: value})
    assert repr(sg.MultiQuantile(tau=tuple(np.array([0.25, 0.75])))) == (
        "MultiQuantile(tau=(0.25, 0.75))"
    )


@pytest.mark.parametrize("value", [True, np.True_, "1", None, 1j, np.ones(1), Fraction(10**400)])
def test_what_is_no_real_number_or_too_large_is_refused(value: Any) -> None:
    for kind, one in NUMBERED:
        with pytest.raises(ParameterError, match=f"{one.name} is "):
            kind(**{one.name: value})


def test_another_name_of_an_activation_given_as_the_loss_is_said_to_be_one() -> None:
    with pytest.raises(UnknownNameError, match=r"silu would be an activation; the order is"):
        sg.OutputLayer("softmax", "swish")
    with pytest.raises(UnknownNameError, match=r"squared_error would be a loss; the order is"):
        sg.OutputLayer("mse", "swish")
