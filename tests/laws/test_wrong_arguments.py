"""Whatever is wrong with an argument is the same error on every path: a kind of softgrad's own,
which names the argument, what was expected and what came.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas
import pytest

import softgrad as sg
from laws.both_ways import by_definition, definition_of
from laws.wrong_arguments import ARRAYS, LABELS, OPTIONS, REDUCED, SOFT, Wrong, Z
from softgrad import OutputLayer
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.errors import (
    IndexRangeError,
    InputTypeError,
    ParameterError,
    TargetError,
    UnknownNameError,
)

METHODS = (
    "value",
    "gradient",
    "value_and_gradient",
    "gradient_and_hessian_diagonal",
    "hessian",
    "gauss_newton",
)


LAYER = OutputLayer("softmax", "cross_entropy")


def told(call: Callable[[], Any]) -> tuple[type, str]:
    """The error that a call ends in."""
    with pytest.raises(Exception) as caught:  # noqa: PT011  # whatever it is: that is the question
        call()
    return type(caught.value), str(caught.value)


@pytest.mark.parametrize("case", [*OPTIONS, *REDUCED, *ARRAYS], ids=lambda case: str(case.options))
def test_a_wrong_argument_of_a_layer_is_one_error_on_every_path(case: Wrong) -> None:
    for target in (LABELS, SOFT):
        given = {"z": Z, "target": target, **case.options}
        if "class_weight" in given and target is SOFT:
            continue  # which weighs by shares: tests/layer/test_reduction.py
        errors = {
            told(lambda layer=layer, name=name, given=given: getattr(layer, name)(**given))
            for layer in (LAYER, definition_of(LAYER))
            for name in METHODS
        }
        assert len(errors) == 1, errors
        with pytest.raises(case.kind, match=case.message):
            LAYER.value(**given)


@pytest.mark.parametrize(
    "case",
    [case for case in OPTIONS if not {"where", "sample_weight"} & {*case.options}],
    ids=lambda case: str(case.options),
)
def test_a_layer_is_not_made_with_a_setting_of_the_wrong_type(case: Wrong) -> None:
    if case.kind in (InputTypeError, ParameterError) and "dtype" not in case.message:
        if "masked" in case.message:
            return  # weights are read with the first call, which knows how many classes there are
        with pytest.raises(case.kind, match=case.message):
            OutputLayer("softmax", "cross_entropy", **case.options)


@pytest.mark.parametrize("axis", [np.int64(1), np.int8(-1), [1], (np.int32(1),), np.array(1)])
def test_integers_of_numpy_and_lists_are_axes(axis: Any) -> None:
    for layer in (LAYER, definition_of(LAYER)):
        expected = layer.value_and_gradient(Z, SOFT)
        got = layer.value_and_gradient(Z, SOFT, axis=axis)
        assert all(np.array_equal(a, b) for a, b in zip(got, expected, strict=True))
        assert layer.value(Z, LABELS, axis=axis, reduction="mean") == np.mean(
            layer.value(Z, LABELS)
        )
    for activation in (sg.softmax, sg.tanh):
        assert np.array_equal(activation(Z, axis=axis), activation(Z))
        assert activation.jacobian(Z, axis=axis) == activation.jacobian(Z)


@pytest.mark.parametrize("name", ["softmax", "entmax", "relu", "log_sigmoid", "gumbel_softmax"])
@pytest.mark.parametrize(
    "case",
    [
        *[case for case in OPTIONS if "axis" in case.options and case.kind is InputTypeError],
        *[case for case in OPTIONS if {*case.options} == {"where"}],
        *[case for case in ARRAYS[:6] if "z" in case.options],
    ],
    ids=lambda case: str(case.options),
)
def test_a_wrong_argument_of_an_activation_is_one_error_on_every_path(
    name: str, case: Wrong
) -> None:
    activation = ACTIVATIONS[name].examples()[0]
    given = {"z": Z, **case.options}
    calls: list[Callable[[], Any]] = [
        lambda: activation(**given),
        lambda: activation.jacobian(**given),
        lambda: activation.vjp(g=Z, **given),
        lambda: activation.jvp(v=Z, **given),
        lambda: activation.hvp(g=Z, v=Z, **given),
    ]
    errors = {told(call) for call in calls}
    with by_definition():
        errors |= {told(call) for call in calls}
    assert len(errors) == 1, errors
    with pytest.raises(case.kind, match=case.message):
        activation(**given)


@pytest.mark.parametrize(
    ("index", "kind", "message"),
    [
        (5, IndexRangeError, "i 5 is out of range for 3 classes; expected -3 to 2"),
        (-4, IndexRangeError, "i -4 is out of range for 3 classes"),
        ("a", InputTypeError, "i is 'a'; expected an integer"),
        (1.0, InputTypeError, "i is 1.0; expected an integer"),
        (None, InputTypeError, "i is None; expected an integer"),
        (True, InputTypeError, "i is True; expected an integer"),
    ],
)
def test_a_partial_derivative_is_of_an_output_that_there_is(
    index: Any, kind: type, message: str
) -> None:
    with pytest.raises(kind, match=message):
        sg.softmax.partial(Z, i=index, j=0)
    with pytest.raises(kind, match=message.replace("i ", "j ", 1)):
        sg.softmax.partial(Z, i=0, j=index)
    with pytest.raises(kind, match=message.replace("i ", "index ", 1)):
        _ = sg.softmax.jacobian(Z)[..., index, 0]


def test_a_negative_index_counts_from_the_end() -> None:
    last = sg.softmax.partial(Z, i=2, j=0)
    assert np.array_equal(sg.softmax.partial(Z, i=-1, j=-3), last)
    assert np.array_equal(sg.softmax.partial(Z, i=np.int16(2), j=np.uint8(0)), last)


@pytest.mark.parametrize(
    "stored",
    [
        np.ma.masked_array(Z),
        Z.view(np.matrix),
        pandas.DataFrame(Z),
        Z.tolist(),
        [pandas.Series(row) for row in Z],
    ],
    ids=lambda stored: type(stored).__name__,
)
def test_numbers_are_taken_from_whatever_holds_them(stored: Any) -> None:
    expected, layers = LAYER.value_and_gradient(Z, SOFT), (LAYER, definition_of(LAYER))
    for layer in layers:
        for got, wanted in zip(layer.value_and_gradient(stored, SOFT), expected, strict=True):
            assert type(got) is np.ndarray
            np.testing.assert_allclose(got, wanted, rtol=1e-14, atol=1e-16)
    weights, labels = pandas.Series([1.0, 2.0]), pandas.Series(LABELS)
    plain = LAYER.value(Z, LABELS, sample_weight=[1.0, 2.0])
    for layer in layers:
        got = layer.value(stored, labels, sample_weight=weights, where=pandas.DataFrame(Z > -9))
        np.testing.assert_allclose(got, plain, rtol=1e-14)


def test_a_class_or_a_function_in_place_of_an_object_is_named() -> None:
    wrong: list[tuple[Any, Any, str]] = [
        (sg.Softmax, sg.cross_entropy, r"activation is the class Softmax; .*: Softmax\(\)"),
        (sg.softmax, sg.CrossEntropy, r"loss is the class CrossEntropy; .*: CrossEntropy\(\)"),
        (int, "focal", "activation is the class int; expected an object or a name"),
        (np.tanh, "squared_error", "activation is a ufunc; .*; the one of softgrad is 'tanh'"),
        (sg.focal, sg.softmax, r"activation is Focal\(\), a loss; expected an activation"),
        ("softmax", sg.sigmoid, r"loss is Sigmoid\(\), an activation; expected a loss"),
        (None, "focal", "activation is a NoneType; expected an object or a name"),
    ]
    for activation, loss, message in wrong:
        with pytest.raises(InputTypeError, match=message):
            OutputLayer(activation, loss)


@pytest.mark.parametrize("table", [ACTIVATIONS, LOSSES], ids=["activations", "losses"])
def test_a_name_that_is_misspelt_is_told_the_one_that_was_meant(table: Any) -> None:
    for name, kind in table.items():
        for wrong in (name[:-1], name + "s", kind.__name__, name.upper()):
            if wrong in table:
                continue
            pair = (wrong, "focal") if table is ACTIVATIONS else ("softmax", wrong)
            with pytest.raises(UnknownNameError, match=r"did you mean|is the name of") as caught:
                OutputLayer(*pair)
            assert name in str(caught.value)
    with pytest.raises(UnknownNameError, match="'focal'; that is the name of a loss; the order"):
        OutputLayer("focal", "softmax")
    with pytest.raises(AttributeError, match=r"'sofmax'; did you mean softmax\?"):
        _ = sg.sofmax


def test_labels_among_one_class_are_refused_with_the_way_out() -> None:
    for pair in (("softmax", "cross_entropy"), ("sigmoid", "cross_entropy"), ("tanh", "hinge")):
        layer = OutputLayer(*pair) if pair[0] != "tanh" else OutputLayer("identity", "hinge")
        for one in (layer, definition_of(layer)):
            for labels in (np.zeros(2, int), np.ones(2, np.int8), [0, 1]):
                with pytest.raises(TargetError, match=r"one class leaves nothing .* use axis=\(\)"):
                    one.value_and_gradient(Z[:, :1], labels)
            one.value_and_gradient(Z[:, :1], np.array([[0], [1]]))
            one.value_and_gradient(Z[:, 0], np.array([0, 1]), axis=())
    with pytest.raises(TargetError, match="one class leaves nothing to name"):
        sg.cross_entropy(np.array([[0.5], [0.25]]), LABELS)
