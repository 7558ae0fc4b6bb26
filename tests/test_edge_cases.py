"""The edge cases in which other libraries give NaN, wrong numbers or silence; row by row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import softgrad as sg
from softgrad import OutputLayer
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.errors import AxisError, InputTypeError, ShapeError, TargetError

INF = np.inf
SIMPLEX = [
    kind.examples()[0]
    for kind in ACTIVATIONS.values()
    if kind().domain.kind in ("simplex", "sub-simplex") and kind().shift_invariant
]
WITH_CROSS_ENTROPY = [
    kind.examples()[0] for kind in ACTIVATIONS.values() if LOSSES["cross_entropy"]().fits(kind())
]
each_simplex = pytest.mark.parametrize("activation", SIMPLEX, ids=repr)
each_with_cross_entropy = pytest.mark.parametrize("activation", WITH_CROSS_ENTROPY, ids=repr)
each_dtype = pytest.mark.parametrize("dtype", [np.float64, np.float32])


def sign(activation: Any) -> float:
    """-1 for maps that favour small logits, so that "largest" means what it should."""
    return -1.0 if activation.name == "softmin" else 1.0


@each_dtype
@each_simplex
def test_a_row_of_minus_infinity_is_zero_with_derivative_zero(activation: Any, dtype: Any) -> None:
    never = -sign(activation) * INF
    z = np.array([[never] * 3, [1.0, 2.0, 0.5]], dtype=dtype)
    assert np.array_equal(activation(z)[0], [0, 0, 0])
    assert np.array_equal(activation(z)[1], activation(z[1]))
    assert not np.any(activation.jacobian(z).to_dense()[0])
    assert not np.any(activation.vjp(z, np.ones_like(z))[0])


def test_logsumexp_of_minus_infinity_is_minus_infinity() -> None:
    z = np.array([[-INF, -INF], [0.0, 0.0]])
    assert np.array_equal(sg.logsumexp(z), [-INF, np.log(2.0)])


@each_dtype
@each_simplex
def test_a_masked_row_is_zero_with_derivative_zero(activation: Any, dtype: Any) -> None:
    z = np.array([[1.0, 2.0, 3.0]], dtype=dtype)
    nothing = np.zeros((1, 3), dtype=bool)
    assert not np.any(activation(z, where=nothing))
    assert not np.any(activation.jacobian(z, where=nothing).to_dense())


@each_dtype
@each_simplex
def test_one_plus_infinity_is_the_limit(activation: Any, dtype: Any) -> None:
    top = sign(activation) * INF
    z = np.array([[1.0, top, 3.0], [1.0, 2.0, 3.0]], dtype=dtype)
    assert np.array_equal(activation(z)[0], [0, 1, 0])
    assert np.array_equal(activation(z)[1], activation(z[1]))
    assert not np.any(activation.jacobian(z).to_dense()[0])


@each_dtype
@each_simplex
def test_several_plus_infinities_are_nan_in_their_row_alone(activation: Any, dtype: Any) -> None:
    top = sign(activation) * INF
    z = np.array([[top, top, 3.0], [1.0, 2.0, 3.0]], dtype=dtype)
    result = activation(z)
    assert np.all(np.isnan(result[0]))
    assert np.array_equal(result[1], activation(z[1]))


@each_dtype
@each_simplex
def test_nan_stays_in_its_row(activation: Any, dtype: Any) -> None:
    z = np.array([[1.0, np.nan, 3.0], [1.0, 2.0, 3.0]], dtype=dtype)
    result, J = activation(z), activation.jacobian(z).to_dense()
    assert np.all(np.isnan(result[0]))
    assert np.array_equal(result[1], activation(z[1]))
    assert np.all(np.isfinite(J[1]))
    layer = OutputLayer(activation, "squared_error")
    value, gradient = layer.value_and_gradient(z, np.array([[1.0, 0, 0]] * 2, dtype=dtype))
    assert np.isnan(value[0])
    assert np.all(np.isnan(gradient[0]))
    assert np.isfinite(value[1])
    assert np.all(np.isfinite(gradient[1]))


@each_dtype
@pytest.mark.parametrize("name", ["cross_entropy", "focal", "kl_divergence", "fenchel_young"])
def test_a_target_of_zero_on_a_logit_of_minus_infinity_counts_nothing(
    name: str, dtype: Any
) -> None:
    z = np.array([[1.0, -INF, 2.0]], dtype=dtype)
    t = np.array([[0.25, 0.0, 0.75]], dtype=dtype)
    layer = OutputLayer("softmax", name)
    value, gradient = layer.value_and_gradient(z, t)
    short_value, short_gradient = layer.value_and_gradient(z[:, [0, 2]], t[:, [0, 2]])
    assert np.allclose(value, short_value, rtol=4 * np.finfo(dtype).eps, atol=0)
    assert np.allclose(
        gradient[:, [0, 2]], short_gradient, rtol=16 * np.finfo(dtype).eps, atol=np.finfo(dtype).eps
    )
    assert gradient[0, 1] == 0
    assert np.all(np.isfinite(layer.hessian(z, t).to_dense()))
    assert np.all(np.isfinite(layer.hvp(z, t, np.ones_like(z))))


@pytest.mark.parametrize("activation", [k() for k in ACTIVATIONS.values()], ids=repr)
def test_an_empty_class_axis_is_an_error(activation: Any) -> None:
    if activation.rowwise:
        with pytest.raises(ShapeError, match=r"class axis -1 of z is empty \(shape \(3, 0\)\)"):
            activation(np.zeros((3, 0)))
    with pytest.raises(ShapeError, match="empty"):
        activation.jacobian(np.zeros((3, 0)))


@pytest.mark.parametrize("activation", [k() for k in ACTIVATIONS.values()], ids=repr)
def test_a_number_without_axes_is_an_error_that_names_the_axis(activation: Any) -> None:
    if activation.rowwise:
        with pytest.raises(AxisError, match=r"axis -1 does not exist: z has no axes"):
            activation(1.0)
    else:
        assert activation(1.0).shape == ()
    with pytest.raises(AxisError, match="axis -1"):
        activation.jacobian(np.float64(1.0))


@each_simplex
@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "int64", "uint16"])
def test_integers_are_float64_and_right(activation: Any, dtype: str) -> None:
    z = np.array([1, 100], dtype=dtype)
    result = activation(z)
    assert result.dtype == np.float64
    assert np.array_equal(result, activation(np.array([1.0, 100.0])))
    value = OutputLayer("softmax", "cross_entropy").value(np.array([[1, 200]], dtype="uint8"), [0])
    assert value.dtype == np.float64
    assert value[0] == 199.0


@pytest.mark.parametrize("activation", [k() for k in ACTIVATIONS.values()], ids=repr)
@pytest.mark.parametrize(
    "bad",
    [
        np.array([True, False]),
        np.array([1 + 2j, 0]),
        np.array(["a", "b"]),
        np.array([1.0, None], dtype=object),
        ["a", "b"],
        [None],
    ],
    ids=["bool", "complex", "string", "object", "list of strings", "list of None"],
)
def test_what_is_no_real_number_is_a_type_error_that_says_what_is_allowed(
    activation: Any, bad: Any
) -> None:
    with pytest.raises(InputTypeError, match=r"z has dtype .*expected float64, float32, float16"):
        activation(bad)
    with pytest.raises(TypeError):
        activation(bad)


def test_ragged_lists_are_an_error() -> None:
    with pytest.raises(ShapeError, match="not a rectangular array"):
        sg.softmax([[1.0, 2.0], [3.0]])


@each_with_cross_entropy
@pytest.mark.parametrize("bad", [-1, 3, 99])
def test_a_label_out_of_range_is_named_with_its_row(activation: Any, bad: int) -> None:
    layer = OutputLayer(activation, "cross_entropy")
    z = np.zeros((4, 3))
    labels = np.array([0, 2, bad, 1])
    for call in (layer.value, layer.gradient, layer.value_and_gradient, layer.hessian):
        with pytest.raises(TargetError, match=rf"label {bad} at row 2 is out of range.*3 classes"):
            call(z, labels)
    with pytest.raises(TargetError, match=r"at row \(1, 0\)"):
        layer.value(z.reshape(2, 2, 3), labels.reshape(2, 2))


@each_dtype
@each_with_cross_entropy
def test_nothing_that_counts_means_zero_with_gradient_zero(activation: Any, dtype: Any) -> None:
    z = np.array([[1.0, 2.0, 0.5], [0.0, 1.0, -1.0]], dtype=dtype)
    layer = OutputLayer(activation, "cross_entropy", reduction="mean")
    labels = np.array([-100, -100])
    ignored = layer.value_and_gradient(z, labels, ignore_label=-100)
    weightless = layer.value_and_gradient(z, np.array([0, 1]), sample_weight=np.zeros(2))
    classless = layer.value_and_gradient(z, np.array([0, 0]), class_weight=[0.0, 1.0, 1.0])
    for value, gradient in (ignored, weightless, classless):
        assert value == 0
        assert value.dtype == dtype
        assert gradient.shape == z.shape
        assert not np.any(gradient)


@each_dtype
def test_soft_targets_that_do_not_sum_to_one_have_their_own_gradient(dtype: Any) -> None:
    z = np.array([[0.5, -1.0, 2.0]], dtype=dtype)
    t = np.array([[0.5, 0.25, 1.5]], dtype=dtype)
    gradient = OutputLayer("softmax", "cross_entropy").gradient(z, t)
    expected = np.sum(t) * sg.softmax(z.astype(np.float64)) - t
    assert np.allclose(gradient, expected, rtol=0, atol=4 * np.finfo(dtype).eps * np.sum(t))
    assert np.allclose(np.sum(gradient), 0, atol=8 * np.finfo(dtype).eps)


@each_dtype
@each_with_cross_entropy
def test_labels_and_one_hot_rows_are_the_same_also_weighted(activation: Any, dtype: Any) -> None:
    if activation.domain.kind in ("coins", "log-coins"):
        return  # one-hot rows are n coins, labels name one class
    z = np.array([[1.0, 2.0, 0.5], [0.0, 1.0, -1.0], [3.0, 0.0, 0.25]], dtype=dtype)
    labels = np.array([0, 2, 1])
    options: dict[str, Any] = {
        "reduction": "mean",
        "sample_weight": np.array([1.0, 2.0, 0.5]),
        "class_weight": [0.5, 3.0, 1.0],
    }
    layer = OutputLayer(activation, "cross_entropy")
    hard = layer.value_and_gradient(z, labels, **options)
    soft = layer.value_and_gradient(z, np.eye(3, dtype=dtype)[labels], **options)
    eps = np.finfo(dtype).eps
    assert np.allclose(hard[0], soft[0], rtol=4 * eps, atol=0)
    assert np.allclose(hard[1], soft[1], rtol=16 * eps, atol=0)


@pytest.mark.parametrize(("dtype", "margins"), [("float32", (17, 60, 80)), ("float64", (37, 600))])
def test_a_confident_right_answer_still_has_a_loss_and_a_gradient(
    dtype: str, margins: tuple[int, ...]
) -> None:
    layer = OutputLayer("softmax", "cross_entropy")
    for margin in margins:
        z = np.array([[margin, 0, 0, 0]], dtype=dtype)
        small = 3 * np.exp(-float(margin))
        value, gradient = layer.value_and_gradient(z, np.array([0]))
        eps = np.finfo(dtype).eps
        assert np.allclose(value[0], small, rtol=8 * eps, atol=0)
        assert np.allclose(gradient[0, 0], -small, rtol=8 * eps, atol=0)


def test_float16_log_softmax_does_not_overflow() -> None:
    z = np.zeros(65536, dtype=np.float16)
    assert np.all(sg.log_softmax(z) == np.float16(-11.0903548889591249))
