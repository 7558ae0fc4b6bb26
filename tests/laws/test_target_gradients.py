"""Laws of the derivative by the target: the definition's, at 0 as everywhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf, workdps

from laws.cases import DTYPES, LOSS_VARIANTS, PAIR_VARIANTS, identify, pair_logits, targets
from laws.reference import DIGITS, as_rows
from laws.ulp import within
from softgrad import OutputLayer
from softgrad.errors import CapabilityError, TargetError

OBSERVED = ("row", "bounds")
STEP = mpf(10) ** -60


def has_no_target_gradient(loss: Any) -> bool:
    """Labels have none, nor bounds, nor targets of which the order counts."""
    return loss.targets in ("labels", "bounds") or loss.name in ("cox", "pairwise_logistic")


def _one_activation_each() -> list[tuple[Any, Any]]:
    """Each variant of a loss with one activation of each kind of output that it is defined on."""
    found: dict[tuple[str, str], tuple[Any, Any]] = {}
    for activation, loss in PAIR_VARIANTS:
        if loss.needs_potential or has_no_target_gradient(loss) or activation.name == "hardmax":
            continue
        if type(loss).__module__.startswith("softgrad."):  # others need not supply it
            found.setdefault((repr(loss), activation.domain.kind), (activation, loss))
    return list(found.values())


PAIRS = _one_activation_each()


def exact_slope(pair: Any, z: Any, t: Any, i: int) -> tuple[Any, float]:
    """The derivative by t_i, from inside at 0 and 1, and how much rounding the prediction moves it.

    The prediction is moved by a relative step, of p as of 1 - p. A slope that grows with the
    logarithm of the step is infinite.
    """
    activation, loss = pair
    side = "coin" if activation.domain.kind in ("coins", "log-coins") else "class"
    with workdps(DIGITS):
        output = activation.exact([mpf(x) for x in z])
        if activation.domain.kind.startswith("log-") and loss.lives_on.name == "LOG":
            output = [mp.exp(x) for x in output]

        def slope(r: list[Any], step: Any = STEP) -> Any:
            up, down = [mpf(x) for x in t], [mpf(x) for x in t]
            free = loss.targets in ("entries", "row")
            up[i] += step if free or t[i] < 1.0 else mpf(0)
            down[i] -= step if free or t[i] > 0.0 else mpf(0)
            change = loss.exact(r, up, side) - loss.exact(r, down, side)
            return change / (up[i] - down[i])

        true, size = slope(output), mpf(0)
        nearer = slope(output, STEP**2) - true
        if abs(nearer) > 1:
            return mp.sign(nearer) * mp.inf, 0.0
        for j, x in enumerate(output):
            moved = list(output)
            near = min(abs(x), abs(1 - x)) if 0 < x < 1 else abs(x)
            moved[j] = x + STEP * near
            size += abs(slope(moved) - true) / STEP
        return true, float(size)


@pytest.mark.parametrize(
    ("pair", "dtype"),
    [*((pair, DTYPES[0]) for pair in PAIRS), *((pair, DTYPES[1]) for pair in PAIRS[::4])],
    ids=identify,
)
def test_it_is_the_derivative_of_the_definition(pair: Any, dtype: Any) -> None:
    layer = OutputLayer(*pair)
    z = pair_logits(*pair)[:2]
    for target in targets(*pair, z):
        given = target.dense[:, 0] if pair[1].targets == "row" else target.dense
        found = layer.target_gradient(z.astype(dtype), given.astype(dtype))
        assert found.shape == given.shape
        assert found.dtype == dtype
        for row, (logits, t) in enumerate(zip(as_rows(z), as_rows(target.dense), strict=True)):
            entries = range(1 if pair[1].targets == "row" else len(t))
            for i in entries:
                true, size = exact_slope(pair, logits, t, i)
                got = found[row] if pair[1].targets == "row" else found[row, i]
                if mp.isinf(true):
                    assert got == float(true), (pair, logits, t, i)
                else:
                    within(8, got, true, size, where=(logits, t, i))


def test_of_softmax_cross_entropy_it_is_minus_log_p_also_where_the_target_is_0() -> None:
    z = np.array([[10.0, 1.0, -2.0]])
    slopes = OutputLayer("softmax", "cross_entropy").target_gradient(z, np.array([[0.0, 1.0, 0.0]]))
    expected = [1.2954562504317151e-4, 9.000129545625043, 12.000129545625043]  # by mpmath
    np.testing.assert_array_max_ulp(slopes, np.array([expected]), 4)


OPTIONS: list[dict[str, Any]] = [
    {},
    {"reduction": "mean"},
    {"label_smoothing": 0.1},
    {"margin": 0.5, "reduction": "sum"},
    {"class_weight": [1.0, 2.0, 0.5]},
    {"class_weight": [1.0, 2.0, 0.5], "reduction": "mean", "label_smoothing": 0.2},
    {"sample_weight": np.array([1.0, 0.0, 2.0]), "reduction": "mean"},
    {
        "sample_weight": np.array([1.0, 0.0, 2.0]),
        "class_weight": [1.0, 2.0, 0.5],
        "reduction": "mean",
    },
    {"where": np.array([True, False, True])},
]


@pytest.mark.parametrize("options", OPTIONS, ids=lambda o: " ".join(o) or "none")
@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error", "focal"])
def test_whatever_else_depends_on_the_target_is_differentiated_too(
    loss: str, options: dict[str, Any]
) -> None:
    """Against differences of the value, of which the step's rounding leaves eight digits."""
    layer = OutputLayer("softmax", loss)
    rng = np.random.default_rng(3)
    z, t = rng.normal(size=(3, 3)), rng.dirichlet(np.ones(3), size=3)
    slopes = layer.target_gradient(z, t, **options)
    for index in np.ndindex(t.shape):
        step = np.zeros_like(t)
        step[index] = 1e-6
        up, down = layer.value(z, t + step, **options), layer.value(z, t - step, **options)
        np.testing.assert_allclose(slopes[index], np.sum(up - down) / 2e-6, rtol=1e-7, atol=1e-9)


def test_of_one_coin_class_weights_are_those_of_its_two_sides() -> None:
    layer = OutputLayer("sigmoid", "cross_entropy", class_weight=[2.0, 3.0], reduction="mean")
    z, t, h = np.array([[0.3], [-1.0]]), np.array([[0.25], [0.5]]), np.array([[1e-6], [0.0]])
    expected = (layer.value(z, t + h) - layer.value(z, t - h)) / 2e-6
    np.testing.assert_allclose(layer.target_gradient(z, t)[0, 0], expected, rtol=1e-8)


@pytest.mark.parametrize(
    "loss", [x for x in LOSS_VARIANTS if x.targets not in OBSERVED], ids=identify
)
def test_labels_have_no_derivative(loss: Any) -> None:
    activation = next(a for a, b in PAIR_VARIANTS if b == loss)
    with pytest.raises((TargetError, CapabilityError), match=r"label|derivative"):
        OutputLayer(activation, loss).target_gradient(np.zeros((2, 3)), np.array([0, 1]))


def test_a_fenchel_young_loss_says_what_to_use_instead() -> None:
    with pytest.raises(CapabilityError, match="kl_divergence"):
        OutputLayer("softmax", "fenchel_young").target_gradient(np.zeros((1, 2)), np.ones((1, 2)))
