"""Whatever is wrong with an argument is the same error on every path: a kind of softgrad's own,
which names the argument, what was expected and what came.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas
import pytest

import softgrad as sg
from laws.both_ways import by_definition, definition_of
from softgrad import OutputLayer, SoftgradError
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.errors import (
    AxisError,
    IndexRangeError,
    InputTypeError,
    ParameterError,
    ShapeError,
    TargetError,
    UnknownNameError,
    WeightError,
)

Z = np.array([[1.0, 2.0, 0.5], [0.0, 1.0, -1.0]])
SOFT = np.array([[0.5, 0.25, 0.25], [0.0, 1.0, 0.0]])
LABELS = np.array([0, 2])
HIDDEN = np.ma.masked_array(Z, mask=[[0, 0, 1], [0, 0, 0]])
INTEGER = "expected an integer, a tuple of integers"
METHODS = (
    "value",
    "gradient",
    "value_and_gradient",
    "gradient_and_hessian_diagonal",
    "hessian",
    "gauss_newton",
)


class Wrong(NamedTuple):
    """Arguments of a call beside what is right, and the error that they are."""

    options: dict[str, Any]
    kind: type[SoftgradError]
    message: str


def also(reduction: str, case: Wrong) -> Wrong:
    """The same beside a reduction, which a kernel digests before it sees the rest."""
    return Wrong({"reduction": reduction, **case.options}, case.kind, case.message)


OPTIONS = [
    Wrong({"axis": "1"}, InputTypeError, f"axis is '1'; {INTEGER}"),
    Wrong({"axis": None}, InputTypeError, f"axis is None; {INTEGER}"),
    Wrong({"axis": 1.0}, InputTypeError, f"axis is 1.0; {INTEGER}"),
    Wrong({"axis": True}, InputTypeError, f"axis is True; {INTEGER}"),
    Wrong({"axis": np.True_}, InputTypeError, "axis is .*True.*; expected an integer"),
    Wrong({"axis": ("a",)}, InputTypeError, "axis is 'a'; expected an integer"),
    Wrong({"axis": (1, None)}, InputTypeError, "axis is None; expected an integer"),
    Wrong({"axis": {1}}, InputTypeError, r"axis is \{1\}; expected an integer"),
    Wrong({"axis": 2}, AxisError, r"axis 2 does not exist: z has shape \(2, 3\)"),
    Wrong({"axis": 2**70}, AxisError, "does not exist"),
    Wrong({"axis": (1, -1)}, AxisError, "names one axis of z twice"),
    Wrong({"label_smoothing": "0.1"}, InputTypeError, "label_smoothing is '0.1'; expected a num"),
    Wrong({"label_smoothing": None}, InputTypeError, "label_smoothing is None; expected a number"),
    Wrong({"label_smoothing": False}, InputTypeError, "label_smoothing is False; expected a num"),
    Wrong({"label_smoothing": np.ones(2)}, InputTypeError, "label_smoothing is array.*expected a"),
    Wrong({"label_smoothing": np.nan}, ParameterError, "label_smoothing is nan; expected 0 <= e"),
    Wrong({"label_smoothing": 1.0}, ParameterError, "label_smoothing is 1.0; expected 0 <= e < 1"),
    Wrong({"margin": None}, InputTypeError, "margin is None; expected a number, a finite number"),
    Wrong({"margin": ""}, InputTypeError, "margin is ''; expected a number"),
    Wrong({"margin": False}, InputTypeError, "margin is False; expected a number"),
    Wrong({"margin": np.inf}, ParameterError, "margin is inf; expected a finite number >= 0"),
    Wrong({"class_weight": 3}, WeightError, r"class_weight has shape \(\); expected one a class"),
    Wrong({"class_weight": "balanced"}, InputTypeError, "class_weight is 'balanced'; expected one"),
    Wrong({"class_weight": [[1.0], [2.0, 3.0]]}, ShapeError, "class_weight is not a rectangular"),
    Wrong({"class_weight": [1.0, None, 1.0]}, InputTypeError, "class_weight has dtype object"),
    Wrong({"class_weight": {0: "a"}}, InputTypeError, "class_weight has dtype <U"),
    Wrong({"class_weight": {"a": 1.0}}, WeightError, "class_weight names label 'a'; there are 3"),
    Wrong({"class_weight": [1.0, -1.0, 1.0]}, WeightError, "class_weight has negative"),
    Wrong({"class_weight": HIDDEN[0]}, InputTypeError, "class_weight is a masked array"),
    Wrong({"ignore_label": 1.5}, InputTypeError, "ignore_label is 1.5; expected an integer"),
    Wrong({"ignore_label": "a"}, InputTypeError, "ignore_label is 'a'; expected an integer"),
    Wrong({"ignore_label": True}, InputTypeError, "ignore_label is True; expected an integer"),
    Wrong({"reduction": None}, ParameterError, "reduction is None; expected 'none', 'sum' or"),
    Wrong({"reduction": ["mean"]}, ParameterError, r"reduction is \['mean'\]; expected 'none'"),
    Wrong({"reduction": np.ones(2)}, ParameterError, "reduction is array"),
    Wrong({"check_target": None}, InputTypeError, "check_target is None; expected True or False"),
    Wrong({"check_target": 0}, InputTypeError, "check_target is 0; expected True or False"),
    Wrong({"sample_weight": 2.0}, WeightError, r"sample_weight has shape \(\); expected one a row"),
    Wrong({"sample_weight": [1.0]}, WeightError, r"sample_weight has shape \(1,\).*\(2,\)"),
    Wrong({"sample_weight": [1.0, np.nan]}, WeightError, "sample_weight has negative, infinite"),
    Wrong({"sample_weight": ["a", "b"]}, InputTypeError, "sample_weight has dtype <U1"),
    Wrong({"sample_weight": HIDDEN[0, 1:]}, InputTypeError, "sample_weight is a masked array"),
    Wrong({"where": 1}, InputTypeError, "where has dtype int64; expected bool"),
    Wrong({"where": "a"}, InputTypeError, "where has dtype <U1; expected bool"),
    Wrong({"where": [[True], [True, False]]}, InputTypeError, "where is no array of bool"),
    Wrong({"where": np.ones(4, bool)}, ShapeError, r"where has shape \(4,\).*\(2, 3\)"),
    Wrong({"where": HIDDEN > 0}, InputTypeError, "where is a masked array"),
    Wrong({"lable_smoothing": 0.1}, InputTypeError, "'lable_smoothing'; did you mean label_smoot"),
]
# The reductions that are computed before the arrays are looked at.
REDUCED = [also("mean", case) for case in OPTIONS if "reduction" not in case.options]
ARRAYS = [
    Wrong({"z": HIDDEN}, InputTypeError, "z is a masked array; expected plain numbers"),
    Wrong({"z": None}, InputTypeError, "z is None; expected float64"),
    Wrong({"z": "abc"}, InputTypeError, "z has dtype <U3; expected float64"),
    Wrong({"z": Z.astype(object)}, InputTypeError, "z has dtype object; expected float64"),
    Wrong({"z": Z > 0}, InputTypeError, "z has dtype bool; expected float64"),
    Wrong({"z": Z + 0j}, InputTypeError, "z has dtype complex128; expected float64"),
    Wrong({"z": np.float64(1.0)}, AxisError, "axis -1 does not exist: z has no axes"),
    Wrong({"z": [[1.0], [1.0, 2.0]]}, ShapeError, "z is not a rectangular array"),
    Wrong({"z": pandas.DataFrame({"a": ["x", "y"]})}, InputTypeError, "z has dtype"),
    Wrong({"z": np.ones((2, 0))}, ShapeError, "the class axis -1 of z is empty"),
    Wrong({"target": HIDDEN}, InputTypeError, "target is a masked array"),
    Wrong({"target": np.ma.masked_array([0, 1], [0, 1])}, InputTypeError, "target is a masked"),
    Wrong({"target": None}, TargetError, r"target has shape \(\)"),
    Wrong({"target": ["a", "b"]}, TargetError, "dtype <U1 is no integer dtype"),
    Wrong({"target": SOFT.astype(object)}, InputTypeError, "target has dtype object"),
    Wrong({"target": SOFT + 0j}, InputTypeError, "target has dtype complex128"),
    Wrong({"target": [0.0, 1.0]}, TargetError, "dtype float64 is no integer dtype"),
    Wrong({"target": [0, 3]}, TargetError, "label 3 at row 1 is out of range: there are 3"),
    Wrong({"target": [[0, 1], [1]]}, TargetError, "target is not a rectangular array"),
]
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
