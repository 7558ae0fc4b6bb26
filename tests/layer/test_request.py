"""The options of a call: each has one default and one check, and is read once."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from laws.variants import same
from softgrad import OutputLayer
from softgrad.errors import WeightError
from softgrad.layer import request as reading
from softgrad.layer.options import Options, Settings
from softgrad.layer.request import Request

RNG = np.random.default_rng(5)
Z, LABELS = RNG.normal(size=(6, 3)), np.array([0, 2, 1, 1, 0, 2])
GIVEN: dict[str, Any] = {
    "axis": np.int64(1),
    "reduction": "sum",
    "class_weight": [1, 2, 3],
    "label_smoothing": np.float32(0.25),
    "ignore_label": np.int8(2),
    "margin": 1,
    "check_target": np.False_,
    "where": RNG.random(Z.shape) < 0.75,
    "sample_weight": RNG.random(6),
}


def test_what_users_may_write_is_what_is_read() -> None:
    read = [one.name for one in fields(Request) if one.metadata]
    assert read == [*Options.__annotations__] == [*GIVEN]
    assert {*read} - {*Settings.__annotations__} == {"where", "sample_weight"}


@pytest.mark.parametrize("name", GIVEN)
def test_an_option_is_read_alike_wherever_it_is_given(name: str) -> None:
    """On the layer or with a call, beside others or alone; what is not given stays."""
    value = GIVEN[name]
    alone, late = Request({name: value}), Request({name: value}, Request({}))
    beside = Request({"margin": 2.0} if name != "margin" else {"axis": 0}, Request({name: value}))
    for one in (late, beside):
        np.testing.assert_array_equal(getattr(one, name), getattr(alone, name))
    for other in set(GIVEN) - {name}:
        assert getattr(alone, other) is getattr(Request({}), other)


@pytest.mark.parametrize("name", [*Settings.__annotations__])
def test_a_setting_means_what_the_option_means(name: str) -> None:
    plain = {"axis": 0, "where": None}.get(name, GIVEN[name])
    labels = np.array([0, 5, 3]) if name == "axis" else LABELS
    setting, option = {name: plain}, {name: plain}
    made: Any = OutputLayer("softmax", "cross_entropy", **setting)
    given: Any = OutputLayer("softmax", "cross_entropy")
    wanted = given.value_and_gradient(Z, labels, **option)
    for one, want in zip(made.value_and_gradient(Z, labels), wanted, strict=True):
        same(one, want)


def test_settings_are_read_once_a_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    settings: Any = {name: GIVEN[name] for name in Settings.__annotations__}
    layer = OutputLayer("softmax", "cross_entropy", **settings)
    made = []

    class Counted(dict[str, Any]):
        def get(self, name: str, default: Any = None) -> Any:
            made.append(name)
            return super().get(name, default)

    monkeypatch.setattr(reading, "_READERS", Counted(reading._READERS))
    with np.errstate(all="ignore"):
        layer.value_and_gradient(np.asfortranarray(Z), LABELS.astype(np.int32), margin=0.0)
    assert made[0] == "margin"
    assert "class_weight" not in made


@pytest.mark.parametrize("weights", [[1.0, -1.0, 1.0], [np.nan] * 3, [np.inf, 1.0, 1.0]])
def test_a_class_weight_that_is_none_is_refused_when_it_is_given(weights: Any) -> None:
    with pytest.raises(WeightError, match="class_weight has negative, infinite or NaN"):
        OutputLayer("softmax", "cross_entropy", class_weight=weights)
    with pytest.raises(WeightError, match="class_weight has negative, infinite or NaN"):
        OutputLayer("softmax", "cross_entropy").value(Z, LABELS, class_weight=weights)


@pytest.mark.parametrize(
    ("options", "target"),
    [
        ({"class_weight": [0.5, 2.0, 3.0]}, LABELS),
        ({"class_weight": {1: 4.0}, "sample_weight": np.arange(6.0)}, LABELS),
        ({"class_weight": [0.5, 2.0, 3.0], "ignore_label": 1}, LABELS),
        ({"class_weight": [0.5, 2.0, 3.0], "where": GIVEN["where"]}, np.full(Z.shape, 1 / 3)),
        ({"sample_weight": np.arange(6.0)}, LABELS),
    ],
)
def test_the_weights_of_rows_are_what_a_layer_weighs_by(options: Any, target: Any) -> None:
    layer = OutputLayer("softmax", "focal")
    weights = layer.row_weights(target, Z.shape, **options)
    assert weights is not None
    assert weights.shape == (6,)
    rest = {"where": options.get("where")}
    if "ignore_label" in options:
        target = np.where(target == 1, 0, target)
    wanted = layer.value_and_gradient(Z, target, sample_weight=weights, **rest)
    given = target if "ignore_label" not in options else LABELS
    found = layer.value_and_gradient(Z, given, **options)
    for one, want in zip(found, wanted, strict=True):
        same(one, want)


def test_rows_without_weights_count_one() -> None:
    assert OutputLayer("softmax", "focal").row_weights(LABELS, Z.shape) is None
    layer = OutputLayer("sigmoid", "focal", axis=())
    weights = layer.row_weights(np.array([0.0, 1.0, 0.25]), (3,), class_weight=[2.0, 6.0])
    np.testing.assert_array_equal(weights, [2.0, 6.0, 3.0])
