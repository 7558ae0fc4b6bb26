"""The same mathematics runs on PyTorch, JAX and strict array-API arrays, with the same results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import array_api_strict
import jax
import numpy as np
import pytest
import torch

from laws.cases import each_once, identify, pair_logits, targets
from softgrad import OutputLayer, pairs
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.contracts.fast_paths import definitions

ACTIVATIONS_TESTED = [kind.examples()[0] for kind in ACTIVATIONS.values()]
# JAX compiles each operation of each activation anew. Every one meets it in a pair (below); here
# those do whose Jacobian is more than a diagonal, and a few that are diagonal.
ACTIVATIONS_OF_JAX = [one for one in ACTIVATIONS_TESTED if one.rowwise][::2] + [
    one for one in ACTIVATIONS_TESTED if not one.rowwise
][::6]
PAIRS_TESTED = [(ACTIVATIONS[a].examples()[0], LOSSES[b]()) for a, b in pairs()]
# Other libraries' exp and log differ by a few ULP, and their sums by a few more.
RELATIVE = 1e-12


@contextmanager
def _jax_in_float64() -> Iterator[None]:
    with jax.enable_x64(True), definitions():
        yield


def _torch(array: np.ndarray) -> Any:
    return torch.asarray(array.copy())


def _jax(array: np.ndarray) -> Any:
    return jax.numpy.asarray(array)


def _strict(array: np.ndarray) -> Any:
    return array_api_strict.asarray(array.copy())


FRAMEWORKS: dict[str, tuple[Callable[[np.ndarray], Any], Callable[[], Any]]] = {
    "torch": (_torch, definitions),
    "jax": (_jax, _jax_in_float64),
    "array_api_strict": (_strict, nullcontext),
}
each_framework = pytest.mark.parametrize("framework", list(FRAMEWORKS))


# JAX compiles each operation of each shape anew, which takes a second a pair.
PAIRS_OF = {name: each_once(PAIRS_TESTED) if name == "jax" else PAIRS_TESTED for name in FRAMEWORKS}
each_pair_of_a_framework = pytest.mark.parametrize(
    ("pair", "framework"),
    [
        pytest.param(pair, name, id=f"{identify(pair)}-{name}")
        for name, found in PAIRS_OF.items()
        for pair in found
    ],
)


def same(found: Any, expected: np.ndarray, beside: Any = 0.0) -> None:
    """Equal, in the size of the row or of what stands `beside` it (terms may cancel to 0)."""
    assert type(found) is not np.ndarray
    array = np.asarray(found)
    assert array.shape == expected.shape
    assert array.dtype == expected.dtype
    finite = np.isfinite(expected)
    assert np.array_equal(np.isfinite(array), finite)
    gap = np.abs(np.where(finite, array, 0) - np.where(finite, expected, 0))
    size = np.max(np.abs(np.where(finite, expected, 0)), axis=-1, keepdims=True, initial=0.0)
    size = np.maximum(size, np.max(np.abs(beside), axis=-1, keepdims=True))
    # XLA flushes subnormal numbers to zero.
    assert np.all(gap <= RELATIVE * size + np.finfo(np.float64).tiny)


@pytest.mark.parametrize(
    ("activation", "framework"),
    [
        pytest.param(one, name, id=f"{identify(one)}-{name}")
        for name in FRAMEWORKS
        for one in (ACTIVATIONS_OF_JAX if name == "jax" else ACTIVATIONS_TESTED)
    ],
)
def test_an_activation_gives_what_it_gives_numpy(activation: Any, framework: str) -> None:
    convert, context = FRAMEWORKS[framework]
    z = pair_logits(activation, LOSSES["squared_error"]())
    v = np.ascontiguousarray(z[::-1])
    keep = np.array([True, False, True])
    with context():
        there, w = convert(z), convert(v)
        same(activation(there), activation(z))
        same(activation(there, where=convert(keep)), activation(z, where=keep))
        same(activation.jvp(there, w), activation.jvp(z, v), v)
        same(activation.vjp(there, w), activation.vjp(z, v), v)
        same(activation.hvp(there, w, w), activation.hvp(z, v, v), v)
        J, K = activation.jacobian(there), activation.jacobian(z)
        same(J.diagonal(), K.diagonal())
        same(J.to_dense(), K.to_dense())
        same(J[..., 1, 0][..., None], K[..., 1, 0][..., None])
        same(J.solve(w, damping=2.0), K.solve(v, damping=2.0))


@each_framework
def test_every_activation_and_every_loss_meets_each_framework(framework: str) -> None:
    activations, losses = zip(*PAIRS_OF[framework], strict=True)
    assert {one.name for one in activations} == set(ACTIVATIONS)
    assert {one.name for one in losses} == set(LOSSES)


@each_pair_of_a_framework
def test_a_pair_gives_what_it_gives_numpy(pair: Any, framework: str) -> None:
    convert, context = FRAMEWORKS[framework]
    z = pair_logits(*pair)[:3]
    v = np.ascontiguousarray(z[::-1])
    layer = OutputLayer(*pair)
    for target in targets(*pair, z)[-2:]:
        t = target.given
        with context():
            there, goal = convert(z), convert(t)
            value, gradient = layer.value_and_gradient(there, goal)
            assert framework.removeprefix("array_api_") in layer.explain()
            same(value[:, None], layer.value(z, t)[:, None])
            slope = layer.gradient(z, t)
            same(gradient, slope)
            same(
                layer.gradient_and_hessian_diagonal(there, goal)[1],
                layer.gradient_and_hessian_diagonal(z, t)[1],
                slope,
            )
            same(layer.hvp(there, goal, convert(v)), layer.hvp(z, t, v), v)


@pytest.mark.parametrize("pair", [("softmax", "focal"), ("sigmoid", "cross_entropy")])
def test_a_pair_can_be_traced_with_labels_and_weights(pair: tuple[str, str]) -> None:
    """Under jax.jit values are unknown while the function is traced: checks of them let pass."""
    layer = OutputLayer(*pair, reduction="mean")
    z = np.array([[0.3, -1.0, 2.0], [0.2, 4.0, 1.0]])
    labels, weights = np.array([2, 0]), np.array([1.0, 3.0])
    expected = layer.value_and_gradient(z, labels, sample_weight=weights)
    with jax.enable_x64(True):

        def traced(z: Any, labels: Any, weights: Any) -> Any:
            return layer.value_and_gradient(z, labels, sample_weight=weights)

        found = jax.jit(traced)(*map(jax.numpy.asarray, (z, labels, weights)))
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(np.asarray(a), b, rtol=1e-13)


def test_a_traced_label_that_is_out_of_range_makes_its_row_nan() -> None:
    """It cannot be looked at, and must not count as a row without a label."""
    layer = OutputLayer("softmax", "cross_entropy")
    z, labels = jax.numpy.zeros((2, 3)), jax.numpy.asarray([7, 1])
    with definitions():
        value = np.asarray(jax.jit(layer.value)(z, labels))
    assert np.isnan(value[0])
    np.testing.assert_allclose(value[1], np.log(3.0), rtol=1e-6)
