"""Laws of infinite logits: -inf is "never", +inf its limit, and neither spoils its neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from laws.both_ways import definition_of, each_instruction_set
from laws.cases import PAIR_VARIANTS, identify, targets
from laws.kernel_cases import classes_of, logits, served
from softgrad import OutputLayer

PAIRS = [
    (a, b) for a, b in PAIR_VARIANTS if served(a) and a == type(a).examples()[0] and b == type(b)()
]
ROWS, N = 6, 4
_OF_LOGARITHMS = [pair for pair in PAIRS if pair[0].domain.kind.startswith("log-")]


def everything(layer: OutputLayer, z: Any, target: Any, **options: Any) -> dict[str, np.ndarray]:
    """Whatever a layer gives; of kernels the value, the gradient and the diagonal."""
    value, gradient = layer.value_and_gradient(z, target, **options)
    slope, diagonal = layer.gradient_and_hessian_diagonal(z, target, **options)
    return {"value": value, "gradient": gradient, "slope": slope, "diagonal": diagonal}


def all_products(layer: OutputLayer, z: Any, target: Any, **options: Any) -> dict[str, np.ndarray]:
    """The same, and what is formed by the definition alone."""
    v = np.linspace(0.5, 1.5, z.size).reshape(z.shape)
    return {
        **everything(layer, z, target, **options),
        "hvp": layer.hvp(z, target, v, **options),
        "gauss-newton": layer.gauss_newton(z, target, **options).diagonal(),
    }


def each_path(pair: Any, z: Any, target: Any, **options: Any) -> Iterator[tuple[str, Any]]:
    """What the definition gives, and what each instruction set does."""
    layer = OutputLayer(*pair)
    yield "definition", all_products(definition_of(layer), z, target, **options)
    for name in each_instruction_set():
        yield name, everything(layer, z, target, **options)


def spoiled(pair: Any, infinity: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logits of which one a row, each in its turn, is infinite; labels elsewhere; where."""
    n = classes_of(pair[1], N)
    z = np.array(logits(pair[0], ROWS, n))
    at = np.arange(ROWS) % n
    z[np.arange(ROWS), at] = infinity
    return z, (at + 1) % n, at


@pytest.mark.parametrize("pair", PAIRS, ids=identify)
def test_never_leaves_no_entry_undefined(pair: Any) -> None:
    unbounded = bool(np.isinf(pair[0](np.full(4, -np.inf))[0]))
    if pair[1].name == "gaussian" and unbounded and not pair[0].is_piecewise_linear():
        return  # of the two parts of its Hessian one is inf and one -inf, whichever is larger
    z, _, _ = spoiled(pair, -np.inf)
    finite = np.array(logits(pair[0], *z.shape))
    for target in targets(*pair, finite)[-1:]:
        for path, found in each_path(pair, z, target.given):
            for what, numbers in found.items():
                assert not np.any(np.isnan(numbers)), (path, target.name, what, numbers)


@pytest.mark.parametrize("pair", [p for p in PAIRS if p[0].domain.kind != "values"], ids=identify)
def test_one_infinity_of_probabilities_leaves_no_entry_undefined(pair: Any) -> None:
    z, _, _ = spoiled(pair, np.inf)
    finite = np.array(logits(pair[0], *z.shape))
    for target in targets(*pair, finite)[-1:]:
        for path, found in each_path(pair, z, target.given):
            for what, numbers in found.items():
                assert not np.any(np.isnan(numbers)), (path, target.name, what, numbers)


@pytest.mark.parametrize("pair", _OF_LOGARITHMS, ids=identify)
def test_a_class_that_cannot_occur_has_the_derivatives_of_one_that_is_masked(pair: Any) -> None:
    """A logarithm of -inf costs what it costs, and moves nothing."""
    if pair[1].name in ("cosine", "fenchel_young"):  # see the next two
        return
    z, labels, at = spoiled(pair, -np.inf)
    target = np.eye(N)[labels]
    if pair[1].name in ("reverse_kl_divergence", "alpha_divergence", "jensen_shannon"):
        target = np.where(np.isinf(z), 0.0, (0.5 + target) / (0.5 * (N - 1) + 1.0))
    if pair[1].name == "kl_divergence_of_logs":
        with np.errstate(divide="ignore"):
            target = np.log(target)
    keep = np.isfinite(z)
    masked = dict(each_path(pair, z, target, where=keep))
    for path, found in each_path(pair, z, target):
        for what, numbers in found.items():
            if what == "value":
                continue
            expected = masked[path][what]
            if pair[0].name == "log_sigmoid" and pair[1].lives_on.name == "LOG":
                # A coin that never shows heads is a sure one, and its tails are right.
                numbers = np.where(keep, numbers, 0.0)
            np.testing.assert_array_max_ulp(0.0 + numbers, 0.0 + expected, 4)  # -0 is 0
            assert np.all(numbers[np.arange(ROWS), at] == 0.0)


@pytest.mark.parametrize("activation", ["log_softmax", "log_sigmoid", "identity"])
def test_an_infinite_entry_is_the_direction_of_its_row(activation: str) -> None:
    z = np.array([[-np.inf, 1.0, 0.5], [2.0, -np.inf, -np.inf]])
    target = np.array([[1.0, 0.0, 0.0], [0.0, 3.0, 4.0]])
    expected = [2.0, 1.0 + 1.4 * np.sqrt(0.5)]  # 1 - cos of a half turn, and of (-1, -1) / sqrt 2
    for path, found in each_path((_named(activation), _loss("cosine")), z, target):
        np.testing.assert_array_max_ulp(found.pop("value"), np.array(expected), 2)
        for what, numbers in found.items():
            assert not np.any(numbers), (path, what, numbers)


@pytest.mark.parametrize("path", ["kernel", "definition"])
def test_pairs_of_values_have_their_limits(path: str) -> None:
    cases = {
        ("identity", "fenchel_young"): (np.inf, [-np.inf, 0.0], [1.0, 1.0]),
        ("identity", "squared_error"): (np.inf, [-np.inf, 0.0], [2.0, 2.0]),
        ("identity", "pseudo_huber"): (np.inf, [-1.0, 0.0], [0.0, 1.0]),
        ("identity", "huber"): (np.inf, [-1.0, 0.0], [0.0, 1.0]),
        ("exp", "poisson"): (np.inf, [-1.0, np.e - 0.5], [0.0, np.e]),
    }
    for names, (value, gradient, diagonal) in cases.items():
        layer = OutputLayer(*names)
        if path == "definition":
            layer = definition_of(layer)
        z = np.array([[-np.inf, 0.5 if names[0] == "identity" else 1.0]])
        found = everything(layer, z, np.array([[1.0, 0.5]]))
        assert found["value"] == value, names
        np.testing.assert_array_max_ulp(found["gradient"], np.array([gradient]), 2)
        np.testing.assert_array_max_ulp(found["diagonal"], np.array([diagonal]), 2)


# The second derivatives by z of f - log f, and of 4 cosh(log(f) / 2), at the ends of the logits.
ENDS = {
    ("exp", "poisson"): [0.0, np.inf],
    ("exp", "tweedie"): [np.inf, np.inf],
    ("softplus", "poisson"): [0.0, 0.0],
    ("softplus", "tweedie"): [np.inf, 0.0],
    ("squareplus", "poisson"): [0.0, 0.0],
    ("squareplus", "tweedie"): [0.0, 0.0],
}


@pytest.mark.parametrize(("pair", "expected"), ENDS.items())
def test_the_curvature_of_a_rate_has_its_limits(pair: Any, expected: list[float]) -> None:
    z = np.array([[-np.inf], [np.inf]])
    layer = OutputLayer(*pair)
    for way in (layer, definition_of(layer)):
        diagonal = way.gradient_and_hessian_diagonal(z, np.ones_like(z))[1]
        assert np.array_equal(diagonal[:, 0], expected), diagonal


def _named(activation: str) -> Any:
    return OutputLayer(activation, "squared_error").activation


def _loss(name: str) -> Any:
    return OutputLayer("identity", name).loss
