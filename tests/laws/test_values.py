"""Entries of the catalogue, sums, layers, operators and reports are values: whatever brings one
back brings back an equal one, with the same hash and repr, that does the same.
"""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle
import joblib
import numpy as np
import pytest

import softgrad as sg
from laws.both_ways import definition_of
from laws.cases import ACTIVATION_VARIANTS, LOSS_VARIANTS, identify
from softgrad import OutputLayer
from softgrad.operators import Operator

Z = np.array([[1.0, 2.0, 0.5], [30.0, 1.0, -1.0]])
T = np.array([[0.5, 0.25, 0.25], [0.0, 1.0, 0.0]])


WAYS: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "cloudpickle": lambda value: pickle.loads(cloudpickle.dumps(value)),
} | {
    f"pickle {protocol}": lambda value, protocol=protocol: pickle.loads(
        pickle.dumps(value, protocol)
    )
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)
}

SUMS = [
    sg.cross_entropy + 1e-4 * sg.z_loss,
    2.0 * sg.Focal(gamma=0.5),
    sg.dice + sg.tversky + sg.cross_entropy,
]
LAYERS = [
    OutputLayer("softmax", "focal"),
    OutputLayer("softmax", SUMS[0], reduction="mean", label_smoothing=0.1),
    OutputLayer("sigmoid", "cross_entropy", axis=()),
    OutputLayer("softmax", "cross_entropy", class_weight={0: 2.0}, ignore_label=-100),
    OutputLayer("softmax", "cross_entropy", class_weight=[1.0, 2.0, 3.0], margin=0.5),
    OutputLayer("softmax", "cross_entropy", class_weight=np.ones(3), check_target=False),
]
VALUES = [*ACTIVATION_VARIANTS, *LOSS_VARIANTS, *SUMS, *LAYERS]


@pytest.mark.parametrize("value", VALUES, ids=identify)
def test_a_copy_is_equal_and_shown_the_same(value: Any) -> None:
    for way, back in WAYS.items():
        other = back(value)
        assert other == value, way
        assert hash(other) == hash(value), way
        assert repr(other) == repr(value), way


def test_different_values_are_different() -> None:
    for i, value in enumerate(VALUES):
        assert not any(value == other for other in VALUES[:i]), value
    assert len(set(VALUES)) == len(VALUES)


def test_what_is_said_and_what_is_the_default_are_one() -> None:
    plain = OutputLayer("softmax", "focal")
    same = OutputLayer(sg.Softmax(temperature=1), sg.Focal(gamma=2), axis=-1, reduction="none")
    assert plain == same
    assert hash(plain) == hash(same)
    assert repr(sg.Focal(gamma=2.0)) == repr(sg.focal) == "Focal()"
    weighted = [
        OutputLayer("softmax", "focal", class_weight=given)
        for given in ([1.0, 2.0], (1.0, 2.0), np.array([1.0, 2.0]))
    ]
    assert len(set(weighted)) == 1


def test_a_generator_of_noise_is_compared_by_its_state() -> None:
    generator = np.random.default_rng(7)
    noisy = sg.GumbelSoftmax(generator=generator)
    assert pickle.loads(pickle.dumps(noisy)) == noisy
    before = copy.deepcopy(noisy)
    noisy(Z)  # which draws
    assert before != noisy
    fixed = sg.GumbelSoftmax(noise=np.array([0.5, 0.25, 1.0]))
    assert copy.deepcopy(fixed) == fixed
    assert fixed != sg.GumbelSoftmax(noise=np.array([0.5, 0.25, 1.5]))


@pytest.mark.parametrize("layer", LAYERS, ids=identify)
def test_a_layer_that_was_used_comes_back_with_its_path(layer: OutputLayer) -> None:
    flat = layer.settings.get("axis", -1) == ()
    z, t = (Z[:, 0], T[:, 0]) if flat else (Z, T)
    expected = layer.value_and_gradient(z, t)
    for back in WAYS.values():
        other = back(layer)
        for got, wanted in zip(other.value_and_gradient(z, t), expected, strict=True):
            assert np.array_equal(got, wanted)
        assert other.explain() == layer.explain()
        assert other == layer


@pytest.mark.parametrize("activation", ACTIVATION_VARIANTS, ids=identify)
def test_a_jacobian_comes_back_with_its_numbers(activation: Any) -> None:
    _same_operators([activation.jacobian(Z), activation.curvature(Z, T)])


def test_every_kind_of_operator_comes_back_with_its_numbers() -> None:
    score = OutputLayer("softmax", "ranked_probability_score")
    hessians = [score.hessian(Z, T), score.gauss_newton(Z, T)]
    kinds = [*hessians, hessians[0] @ hessians[1], sg.softmax.jacobian(Z).T, hessians[0] * 2.0]
    _same_operators(kinds)
    assert len({type(one) for one in kinds}) >= 3


def _same_operators(operators: list[Operator]) -> None:
    for operator in operators:
        for back in WAYS.values():
            other = back(operator)
            assert other == operator
            assert np.array_equal(other.to_dense(), operator.to_dense(), equal_nan=True)
            assert repr(other) == repr(operator)
        if np.any(operator.to_dense()):
            assert operator != operator * 2.0


@pytest.mark.parametrize("framework", ["torch", "jax"])
def test_operators_of_a_framework_come_back(framework: str) -> None:
    if framework == "torch":
        import torch

        z: Any = torch.tensor(Z)
    else:
        from jax import numpy

        z = numpy.asarray(Z)
    jacobian = sg.softmax.jacobian(z)
    assert pickle.loads(pickle.dumps(jacobian)) == jacobian
    assert copy.deepcopy(jacobian) == jacobian


def test_a_report_comes_back() -> None:
    wrong = sg.check(lambda z: z * z, lambda z, g: g * z, np.ones(3))
    for back in WAYS.values():
        other = back(wrong)
        assert other == wrong
        assert repr(other) == repr(wrong)
        assert str(other) == str(wrong)
        assert other.to_json() == wrong.to_json()


def test_values_of_another_process_are_equal(tmp_path: Path) -> None:
    """Hashes of names differ between processes; equal objects made there must find these."""
    joblib.dump((VALUES, sg.softmax.jacobian(Z)), tmp_path / "values")
    program = """
import sys, joblib
from laws.test_values import VALUES
values, jacobian = joblib.load(sys.argv[1])
assert values == VALUES
assert set(values) == set(VALUES)
assert [*map(repr, values)] == [*map(repr, VALUES)]
import numpy, softgrad
z = numpy.array([[1.0, 2.0, 0.5], [30.0, 1.0, -1.0]])
assert jacobian == softgrad.softmax.jacobian(z)
"""
    tests = Path(__file__).parents[1]
    subprocess.run(
        [sys.executable, "-c", program, tmp_path / "values"],
        check=True,
        cwd=tests,
        env={"PYTHONPATH": f"{tests}:{Path(sg.__file__).parents[1]}", "PATH": ""},
    )


def test_a_layer_without_a_kernel_is_the_same_value() -> None:
    layer = LAYERS[0]
    assert definition_of(layer) == layer
