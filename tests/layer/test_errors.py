"""Every error of a layer names the argument, what was expected and what came."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from softgrad import OutputLayer, errors
from softgrad.errors import (
    AxisError,
    InputTypeError,
    PairError,
    ParameterError,
    ShapeError,
    TargetError,
    UnknownNameError,
    WeightError,
)

Z = np.array([[1.0, 2.0, 0.5], [0.0, 1.0, -1.0]])
LABELS = np.array([0, 2])
LAYER = OutputLayer("softmax", "cross_entropy")


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"reduction": "average"}, ParameterError, "reduction is 'average'; expected 'none'"),
        ({"label_smoothing": 1.0}, ParameterError, "label_smoothing is 1.0; expected 0 <= e < 1"),
        ({"label_smoothing": -0.1}, ParameterError, "label_smoothing is -0.1"),
        ({"margin": -1.0}, ParameterError, "margin is -1.0; expected a finite number >= 0"),
        ({"sample_weight": [1.0]}, WeightError, r"sample_weight has shape \(1,\).*\(2,\)"),
        ({"sample_weight": [1.0, -1.0]}, WeightError, "sample_weight has negative"),
        ({"sample_weight": [1.0, np.nan]}, WeightError, "sample_weight has negative, infinite"),
        ({"class_weight": [1.0, 2.0]}, WeightError, r"class_weight has shape \(2,\).*\(3,\)"),
        ({"class_weight": {5: 1.0}}, WeightError, "class_weight names label 5; there are 3"),
        ({"where": np.ones((2, 3))}, InputTypeError, "where has dtype float64; expected bool"),
        ({"where": np.ones(4, bool)}, ShapeError, r"where has shape \(4,\).*\(2, 3\)"),
        ({"axis": 2}, AxisError, r"axis 2 does not exist: z has shape \(2, 3\)"),
        ({"axis": (1, -1)}, AxisError, "names one axis of z twice"),
    ],
)
def test_an_option_out_of_range_is_named(options: Any, kind: type, message: str) -> None:
    with pytest.raises(kind, match=message):
        LAYER.value(Z, LABELS, **options)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (np.array([0, 1, 2]), r"target has shape \(3,\).*\(2, 3\).*\(2,\)"),
        (np.array([0.0, 1.0]), "dtype float64 is no integer dtype"),
        (np.zeros((2, 4)), r"target has shape \(2, 4\)"),
        (np.array([0, 3]), "label 3 at row 1 is out of range: there are 3 classes"),
        (np.array([-1, 0]), "label -1 at row 0 is out of range"),
    ],
)
def test_a_target_that_does_not_fit_is_an_error_that_names_both_shapes(
    target: Any, message: str
) -> None:
    with pytest.raises(TargetError, match=message):
        LAYER.value(Z, target)


def test_a_pair_that_does_not_compose_names_both_domains_and_suggests() -> None:
    with pytest.raises(PairError) as caught:
        OutputLayer("tanh", "cross_entropy")
    message = str(caught.value)
    assert "Tanh() gives values [-1, 1]" in message
    assert "CrossEntropy() is defined on: probabilities of one class" in message
    assert "Activations for cross_entropy: " in message
    assert "Losses for tanh: " in message
    with pytest.raises(PairError, match="is not the gradient of a convex potential"):
        OutputLayer("gelu", "fenchel_young")


def test_an_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="no activation is called 'sofmax'; did you mean"):
        OutputLayer("sofmax", "cross_entropy")
    with pytest.raises(UnknownNameError, match="no loss is called 'crossentropy'"):
        OutputLayer("softmax", "crossentropy")
    with pytest.raises(InputTypeError, match="activation is a int"):
        OutputLayer(3, "cross_entropy")


def test_vectors_and_outputs_must_have_the_shape_of_the_logits() -> None:
    with pytest.raises(ShapeError, match=r"v has shape \(3,\); expected z's, \(2, 3\)"):
        LAYER.hvp(Z, LABELS, np.ones(3))
    with pytest.raises(ShapeError, match=r"out has shape \(2, 2\); expected \(2, 3\)"):
        LAYER.gradient(Z, LABELS, out=np.empty((2, 2)))
    with pytest.raises(InputTypeError, match="out has dtype int64; expected a floating dtype"):
        LAYER.gradient(Z, LABELS, out=np.empty((2, 3), dtype=np.int64))


def test_explain_names_the_path_that_ran() -> None:
    layer = OutputLayer("softmax", "squared_error")
    assert layer.explain() == "chain rule through probabilities (NumPy); nothing was computed yet"
    layer.target_gradient(Z, np.eye(3)[LABELS])  # which no kernel computes
    assert layer.explain() == "chain rule through probabilities (NumPy)"


def test_every_kind_of_error_is_also_a_built_in_one() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    assert len(kinds) > 10
    for kind in kinds:
        if kind is not errors.SoftgradError:
            assert issubclass(kind, errors.SoftgradError)
            built_in = (ValueError, TypeError, ArithmeticError, ImportError, LookupError)
            assert issubclass(kind, built_in)


def test_ragged_targets_are_an_error() -> None:
    with pytest.raises(TargetError, match="rectangular"):
        OutputLayer("softmax", "cross_entropy").value(np.zeros((2, 3)), [[0, 1], [1]])
