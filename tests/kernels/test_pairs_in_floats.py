"""Pairs that run between float32 numbers outside softmax: held to the accuracy goals.

Coins whose sides are made at once, losses on the logarithm of positive values, normalised weights.
What is right are the kernels of float64, which tests/laws holds to mpmath; far in the tails mpmath
says it here, too.
"""

import numpy as np
import pytest

import softgrad as sg
from laws.both_ways import agree
from laws.reference_pairs import exact_pair
from laws.sizes import SizesOfAPair
from laws.ulp import within

VALUE_GOAL, GRADIENT_GOAL = 3.0, 4.0
# Far out the likelier side is certain; the last of these logits are those of the chain.
REACHES = {"probit": (-45.0, 45.0), "complementary_log_log": (-90.0, 5.0)}
LOSSES_OF_COINS = ("cross_entropy", "focal", "generalised_cross_entropy", "poly")
DIVERGENCES = ("kl_divergence", "reverse_kl_divergence", "jensen_shannon", "alpha_divergence")


def compare(layer: sg.OutputLayer, z: np.ndarray, target: np.ndarray) -> None:
    wide = target if target.dtype.kind == "i" else target.astype(np.float64)
    want = layer.value_and_gradient(z.astype(np.float64), wide)
    sizes = SizesOfAPair(layer, z, target)
    value, gradient = layer.value_and_gradient(z, target)
    agree(value, want[0], sizes.value, VALUE_GOAL, "value")
    agree(gradient, want[1], sizes.gradient, GRADIENT_GOAL, "gradient")
    # The same numbers whatever lies beside a row, and beside other entries of its register.
    some = layer.value_and_gradient(z[3:8].copy(), target[3:8].copy())
    assert np.array_equal(some[0], value[3:8])
    assert np.array_equal(some[1], gradient[3:8])


@pytest.mark.parametrize("loss", LOSSES_OF_COINS + DIVERGENCES)
@pytest.mark.parametrize("activation", REACHES)
def test_coins_keep_the_digits_of_both_sides(instruction_set, activation, loss) -> None:
    rng = np.random.default_rng(7)
    layer = sg.OutputLayer(activation, loss)
    z = np.concatenate([rng.normal(size=400), rng.uniform(*REACHES[activation], size=400)])
    t = rng.uniform(size=800)
    if loss in LOSSES_OF_COINS:
        t[::3] = np.round(t[::3])
    for columns in (1, 8, 400):
        shape = (800 // columns, columns)
        if columns < 400:
            compare(layer, z.reshape(shape).astype(np.float32), t.reshape(shape).astype(np.float32))
    calm, chances = z[:400].reshape(1, 400).astype(np.float32), t[:400].reshape(1, 400)
    compare(layer, np.repeat(calm, 9, 0), np.repeat(chances, 9, 0).astype(np.float32))


@pytest.mark.parametrize(
    ("activation", "logits"),
    [
        ("probit", (-30.0, -12.5, -6.0, 5.5, 9.0)),
        ("complementary_log_log", (-70.0, -9.0, 2.0, 4.4)),
    ],
)
@pytest.mark.parametrize("loss", ["cross_entropy", "kl_divergence"])
def test_tails_of_coins_are_those_of_mpmath(instruction_set, activation, logits, loss) -> None:
    layer = sg.OutputLayer(activation, loss)
    for t in (0.0, 0.25, 1.0):
        z, target = np.float32(logits)[:, None], np.full((len(logits), 1), t, np.float32)
        value, gradient = layer.value_and_gradient(z, target)
        for i, x in enumerate(z[:, 0]):
            want = exact_pair(layer.activation, layer.loss, (float(x),), (t,))
            within(VALUE_GOAL, value[i], want.value, want.value_scale, where=(x, t))
            within(GRADIENT_GOAL, gradient[i], want.gradient, want.gradient_scale, where=(x, t))


@pytest.mark.parametrize("loss", ["poisson", "tweedie"])
@pytest.mark.parametrize("activation", ["exp", "softplus", "squareplus"])
def test_positive_values_keep_the_digits(instruction_set, activation, loss) -> None:
    rng = np.random.default_rng(8)
    layer = sg.OutputLayer(activation, loss)
    z = np.concatenate([rng.normal(size=300), rng.uniform(-20.0, 20.0, size=300)])
    t = np.where(rng.random(600) < 0.2, 0.0, rng.exponential(2.0, size=600))
    for columns in (1, 30):
        compare(layer, np.float32(z).reshape(-1, columns), np.float32(t).reshape(-1, columns))


WEIGHTS = ("spherical_softmax", "taylor_softmax", "normalised_softplus")


@pytest.mark.parametrize("classes", [33, 100])
@pytest.mark.parametrize("activation", WEIGHTS)
def test_normalised_weights_keep_the_digits(instruction_set, activation, classes) -> None:
    rng = np.random.default_rng(classes)
    z = rng.normal(size=(24, classes))
    z[::5, 7] += 60.0  # most of the sum
    z[1::6] *= 20.0
    t = rng.dirichlet(np.full(classes, 0.3), 24).astype(np.float32)
    labels = np.where(np.arange(24) % 2, rng.integers(classes, size=24), 7)
    for loss in ("cross_entropy", "focal", "poly", "generalised_cross_entropy"):
        compare(sg.OutputLayer(activation, loss), z.astype(np.float32), labels)
    for loss in ("squared_error", "huber", "absolute_error"):
        compare(sg.OutputLayer(activation, loss), z.astype(np.float32), t)


@pytest.mark.parametrize("activation", WEIGHTS)
def test_rows_of_weights_that_float32_does_not_hold_take_the_chain(
    instruction_set, activation
) -> None:
    rng = np.random.default_rng(5)
    z = rng.normal(size=(12, 40)).astype(np.float32)
    # Beside the last one the digits of the others are lost to a sum.
    z[0, 3], z[1, 3], z[2, 3], z[3, 3] = np.inf, np.nan, 1e25, 1e9
    labels, t = np.full(12, 3), rng.dirichlet(np.ones(40), 12).astype(np.float32)
    for loss, target in (("cross_entropy", labels), ("squared_error", t)):
        layer = sg.OutputLayer(activation, loss)
        gradient = layer.value_and_gradient(z, target)[1]
        # Beside a second derivative all rows do, in doubles.
        chain = layer.gradient_and_hessian_diagonal(z, target)[0]
        assert np.array_equal(gradient[:4], chain[:4], equal_nan=True)
        assert np.all(np.isfinite(gradient[4:]))
