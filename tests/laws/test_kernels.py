"""A compiled kernel gives what the definition gives: every activation and every pair.

Kernels compute in float64 and round once. So one of float64 is compared with the definition at the
same logits, and one of float32 is held to 1.5 ULP of the definition in float64. Only softmax, its
losses of the true class and its squared error, maps by entry and their losses by entry, are in
float32 arithmetic: held to the goals.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pytest

import softgrad as sg
from laws import bounds
from laws.both_ways import agree, by_definition, definition_of, each_instruction_set, parts, vector
from laws.cases import DTYPES, identify
from laws.kernel_cases import (
    ACTIVATIONS,
    DEFAULT_PAIRS,
    FEW_ROWS,
    LONG_ROWS,
    MANY_ROWS,
    ONE_CLASS,
    PAIRS,
    WITHOUT_STAGES,
    classes_of,
    is_too_steep,
    logits,
    targets,
)
from laws.sizes import SizesOfAMap, SizesOfAPair
from laws.variants import same
from softgrad import OutputLayer
from softgrad.catalogue import ACTIVATIONS as CATALOGUE
from softgrad.catalogue import LOSSES
from softgrad.contracts.fast_paths import Work, fast_paths
from softgrad.contracts.forms import LivesOn
from softgrad.contracts.separable import SeparableLoss, TrueClassLoss
from softgrad.testing import points

ROUNDED_ONCE = 1.5
FLOAT32_EXPONENTIALS, GOAL = ("softmax", "softmin", "softmax_plus_one", "log_softmax"), 4.0
SIDES_AT_ONCE = ("sigmoid", "probit", "complementary_log_log")
FLOAT32_WEIGHTS = ("spherical_softmax", "taylor_softmax", "normalised_softplus")
FLOAT32_MAPS = (
    *("sigmoid", "tanh", "softplus", "silu", "mish", "gelu", "exp", "elu", "selu", "celu"),
    *("log_sigmoid", "squareplus", "tanh_shrink", "leaky_relu"),
)
each_activation = pytest.mark.parametrize("activation", ACTIVATIONS, ids=identify)
each_pair = pytest.mark.parametrize("pair", PAIRS, ids=identify)


def has_a_loop_of_entries(pair: Any) -> bool:
    """Over float32 rows without gaps: other memory goes through the chain in doubles."""
    if len(pair) != 2 or pair[0].rowwise or pair[1].side_weights != (1.0, 1.0):
        return False
    activation, loss = pair
    if activation.name in SIDES_AT_ONCE and loss.name == "kl_divergence":
        return True
    if isinstance(loss, TrueClassLoss) or loss.two_sided:
        return activation.name in SIDES_AT_ONCE
    if loss.name in ("poisson", "tweedie"):
        return True
    logarithms = activation.domain.kind in ("log-coins", "log-simplex")
    return isinstance(loss, SeparableLoss) and not (
        logarithms or loss.two_sided or loss.lives_on is not LivesOn.OUTPUT
    )


def takes_another_loop_with_a_hessian(pair: Any, target: Any, dtype: Any) -> bool:
    """Of the squared error, and of targets one an entry: in float64 with cross-entropy and KL."""
    activation, loss = pair
    if loss.name == "squared_error":
        return True
    if dtype is np.float32 and not target.is_labels and has_a_loop_of_entries(pair):
        return True
    if target.is_labels or activation.name not in ("softmax", "softmin", "log_softmax"):
        return False
    if loss.name in ("cross_entropy", "kl_divergence", "negative_log_likelihood"):
        return True
    return dtype is np.float32 and isinstance(loss, TrueClassLoss | SeparableLoss)


def limit(dtype: Any, law: str, bound: float, *things: Any) -> float:
    """Both paths of float64 are held to a bound against mpmath: they may differ by two of them."""
    if dtype is np.float32:
        in_float32 = things[0].name in FLOAT32_EXPONENTIALS
        if law in ("value", "product"):
            in_float32 |= things[0].name in FLOAT32_MAPS
        in_float32 |= has_a_loop_of_entries(things)
        in_float32 |= len(things) == 2 and things[0].name in FLOAT32_WEIGHTS
        return GOAL if in_float32 else ROUNDED_ONCE
    return 2 * bounds.allowed(law, bound, *things)


def works(activation: Any, z: Any, g: Any, v: Any, where: Any) -> list[np.ndarray]:
    return [
        activation(z, where=where),
        activation.vjp(z, g, where=where),
        activation.jvp(z, v, where=where),
        activation.hvp(z, g, v, where=where),
    ]


@pytest.mark.parametrize("masked", [False, True], ids=["whole", "masked"])
@each_activation
def test_an_activation_is_its_definition(activation: Any, masked: bool) -> None:
    for shape in (FEW_ROWS, MANY_ROWS):
        rng = np.random.default_rng(1)
        z, keep = logits(activation, *shape), rng.random(shape) < 0.7 if masked else None
        g, v = rng.normal(size=(2, *shape)).astype(np.float32).astype(np.float64)
        with by_definition():
            wanted = works(activation, z, g, v, keep)
        sizes = SizesOfAMap(activation, z, g, v, keep)
        for name in each_instruction_set():
            for dtype in DTYPES:
                got = works(activation, z.astype(dtype), g.astype(dtype), v.astype(dtype), keep)
                where = (name, shape, z)
                value = limit(dtype, "value", bounds.VALUE, activation)
                product = limit(dtype, "product", bounds.ROW_DERIVATIVE, activation)
                bend = limit(dtype, "curvature", bounds.CURVATURE, activation)
                agree(got[0], wanted[0], 0.0, value, ("value", where))
                agree(got[1], wanted[1], sizes.vjp, product, ("vjp", where))
                agree(got[2], wanted[2], sizes.jvp, product, ("jvp", where))
                agree(got[3], wanted[3], sizes.hvp, bend, ("hvp", where))


def each_way(orders: str) -> Iterator[tuple[str, Any, str]]:
    """Instruction set, dtype and memory order."""
    for name in each_instruction_set():
        for dtype, order in product(DTYPES, orders):
            yield name, dtype, order


def compare(
    pair: Any, z: Any, target: Any, *, second: bool, orders: str = "C", slack: int = 1
) -> None:
    layer = OutputLayer(*pair)
    wanted = parts(definition_of(layer), z, target.given, second=second)
    sizes = SizesOfAPair(layer, z, target.given)
    finite = np.isfinite(wanted[0])  # an infinite loss has no derivative to speak of
    assert np.any(finite)
    for name, dtype, order in each_way(orders):
        given = target.given if target.is_labels else target.given.astype(dtype)
        stored = z.astype(dtype, order=order)
        where = (target.name, name, dtype.__name__, order, z.shape)
        value, gradient = layer.value_and_gradient(stored, given)
        assert layer.explain().startswith(f"kernel {pair[0].name} x {pair[1].name} f")
        assert f" {name}, " in layer.explain()
        bound = slack * limit(dtype, "pair value", bounds.PAIR_VALUE, *pair)
        agree(value, wanted[0], sizes.value, bound, ("value", where))
        bound = slack * limit(dtype, "pair gradient", bounds.PAIR_GRADIENT, *pair)
        agree(gradient[finite], wanted[1][finite], sizes.gradient[finite], bound, where)
        if second and not is_too_steep(*pair):
            again, bend = layer.gradient_and_hessian_diagonal(stored, given)
            assert layer.explain().startswith("kernel")
            if takes_another_loop_with_a_hessian(pair, target, dtype):
                agree(again[finite], wanted[1][finite], sizes.gradient[finite], bound, where)
            else:
                assert np.array_equal(again, gradient, equal_nan=True)
            bound = limit(dtype, "pair hessian", bounds.PAIR_HESSIAN, *pair)
            size = np.maximum(sizes.diagonal, bounds.underflow(dtype))[finite]
            agree(bend[finite], wanted[3][finite], size, bound, ("hessian", where))
            product = layer.hvp(stored, given, vector(z).astype(dtype, order=order))
            assert layer.explain().startswith("kernel")
            size = np.maximum(sizes.product(vector(z)), bounds.underflow(dtype))[finite]
            agree(product[finite], wanted[4][finite], size, bound, ("product", where))


@each_pair
def test_a_pair_is_its_definition(pair: Any) -> None:
    for rows, n in (FEW_ROWS, MANY_ROWS, ONE_CLASS):
        z = logits(pair[0], rows, classes_of(pair[1], n))
        for target in targets(*pair, z):
            compare(pair, z, target, second=True)


@pytest.mark.parametrize("pair", DEFAULT_PAIRS, ids=identify)
def test_long_rows_are_their_definition_in_both_orders(pair: Any) -> None:
    # Rows of so many classes lie along registers, several to a tile; columns never do.
    z = logits(pair[0], *LONG_ROWS)
    # The bounds are those of rows of 4 entries: sums of 100 may lose twice as much.
    compare(pair, z, targets(*pair, z)[-1], second=False, orders="CF", slack=2)


@each_pair
def test_a_row_does_not_know_the_rows_beside_it(pair: Any) -> None:
    layer = OutputLayer(*pair)
    for dtype in DTYPES:
        z = logits(pair[0], MANY_ROWS[0], classes_of(pair[1], MANY_ROWS[1])).astype(dtype)
        for target in targets(*pair, z):
            t = target.given
            forwards = layer.value_and_gradient(z, t)
            backwards = layer.value_and_gradient(z[::-1].copy(), t[::-1].copy())
            columns = layer.value_and_gradient(np.asfortranarray(z), np.asfortranarray(t))
            for a, b, c in zip(forwards, backwards, columns, strict=True):
                assert np.array_equal(a, b[::-1], equal_nan=True)
                if dtype is np.float32 and has_a_loop_of_entries(pair):
                    same(a, c, ulps=32)  # of what is left of terms of both signs
                else:
                    assert np.array_equal(a, c, equal_nan=True)


def test_everything_is_served_but_for_a_short_list() -> None:
    unserved_maps, unserved_pairs, unserved_second = set(), set(), set()
    z = np.array([[0.5, -1.25], [2.0, 0.25]])
    for name, kind in CATALOGUE.items():
        activation, kernel = kind.examples()[0], fast_paths.maps[kind]
        for work in Work:
            if kernel is None or kernel(work, activation, z, -1, None, None, z, z) is None:
                unserved_maps.add(name)
    for a, b in sg.pairs():
        layer = OutputLayer(a, b, check_target=False)
        row = z[:, [0, 1, 0][: classes_of(layer.loss, 2)]]
        by_kind = {"row": z[:, 0], "bounds": points.bounds(2)}
        target = by_kind.get(layer.loss.target_kind, np.array([[1, 0], [0, 1]]))
        layer.value_and_gradient(row, target)
        if not layer.explain().startswith("kernel"):
            unserved_pairs.add((a, b))
            continue
        for second in (layer.gradient_and_hessian_diagonal, partial(layer.hvp, v=row)):
            second(row, target)
            if not layer.explain().startswith("kernel"):
                assert is_too_steep(layer.activation, layer.loss)
                unserved_second.add(a)
    unserved = {"gumbel_softmax", *WITHOUT_STAGES}  # the noise of the first is drawn in Python
    assert unserved_maps == unserved & {*CATALOGUE}
    without = {(a, b) for a, b in sg.pairs() if unserved & {a, b}}
    assert without
    # The excess of softmax-plus-one has a share of the class that is no entry.
    assert unserved_pairs == {*without, ("softmax_plus_one", "fenchel_young")}
    assert unserved_second == {"sparsemax"}


def test_a_sum_of_losses_takes_the_chain_rule() -> None:
    layer = OutputLayer("softmax", LOSSES["cross_entropy"]() + 0.5 * LOSSES["z_loss"]())
    layer.value_and_gradient(np.array([[1.0, 2.0]]), np.array([1]))
    assert layer.explain().startswith("chain rule through ")
