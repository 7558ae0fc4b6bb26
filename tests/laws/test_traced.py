"""A definition can be traced: it looks at no value, and its graph is right for all other inputs.

PyTorch's transformations and compiler run it where numbers are not known: on batched tensors
(torch.func.vmap), on the device "meta", and on fake tensors that are recorded (make_fx, which
torch.compile and torch.export are built on).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch.fx.experimental.proxy_tensor import make_fx

from laws.cases import ACTIVATION_VARIANTS, each_once, identify, pair_logits, targets
from softgrad import OutputLayer, pairs
from softgrad.arrays.namespaces import is_known, is_traced
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.contracts import chain
from softgrad.contracts.canonical import Canonical
from softgrad.contracts.evaluation import by_definition
from softgrad.contracts.fast_paths import Work
from softgrad.layer.prepare import Call
from softgrad.layer.request import Request

ALL_PAIRS = [(ACTIVATIONS[a].examples()[0], LOSSES[b]()) for a, b in pairs()]
BY_DEFAULT = [kind.examples()[0] for kind in ACTIVATIONS.values()]
# Recording takes half a second. Entry by entry all are straight lines, which the generator of the
# kernels records anyway.
RECORDED = [one for one in BY_DEFAULT if one.rowwise] + [
    *(ACTIVATIONS["entmax"](alpha=alpha) for alpha in (1.25,)),
    *[one for one in BY_DEFAULT if not one.rowwise][::10],
]
RECORDED_PAIRS = each_once(ALL_PAIRS)[::6]
# Where forms branch: zeros, ties, far apart, next to each other, never.
EDGES = (
    [0.0, 0.0, 0.0, 0.0],
    [2.0, 2.0, -1.0, 2.0],
    [1000.0, -1000.0, 0.0, 999.0],
    [1.0, np.nextafter(1.0, 2.0), 1e-300, -1e-300],
    [-np.inf, 1.0, -2.0, -np.inf],
    [np.nan, 0.5, 1.5, 3.0],
)


@pytest.fixture(autouse=True)
def _nothing_is_recorded() -> Iterator[None]:
    with torch.no_grad():
        yield


def of_activation(activation: Any) -> Callable[..., list[Any]]:
    """All that the contract gives: the works, logarithm and complement."""

    def run(z: Any, g: Any, v: Any, keep: Any) -> list[Any]:
        call = Canonical.of(z, "z", -1, keep)
        forms = call.forms(activation)
        found = [by_definition(work, forms.output, call.kept(g), call.kept(v)) for work in Work]
        found += [forms.log.value] if forms.has_log else []
        found += [forms.q] if forms.has_complement else []
        return [call.finish(one) for one in found]

    return run


def of_pair(activation: Any, loss: Any) -> Callable[..., list[Any]]:
    """Value, gradient and Hessian times a vector."""

    def run(z: Any, target: Any, v: Any) -> list[Any]:
        call = Call(activation, loss, z, target, Request({}))
        value = chain.value(loss, call.forms, call.target)
        gradient = chain.gradient(loss, call.forms, call.target)
        return [value, gradient, chain.hvp(loss, call.forms, call.target, v)]

    return run


def inputs_of_activation(activation: Any) -> tuple[list[Any], list[Any]]:
    """Ordinary arguments, and edges of the same shape."""
    z = pair_logits(activation, LOSSES["squared_error"]())[: len(EDGES), :4]
    z = np.resize(z, (len(EDGES), 4))
    edges = np.array(EDGES)
    keep = np.arange(z.size).reshape(z.shape) % 5 != 2
    return (
        [torch.asarray(x) for x in (z, np.cos(z), np.sin(z), keep | True)],
        [torch.asarray(x) for x in (edges, np.cos(z), z, keep)],
    )


def inputs_of_pair(activation: Any, loss: Any) -> tuple[list[Any], list[Any]]:
    """Ordinary arguments, and edges of the same shape with the same target."""
    z = pair_logits(activation, loss)[:3]
    given = np.array(targets(activation, loss, z)[-1].given)
    edges = np.resize(np.array(EDGES)[[1, 2, 4]], z.shape)
    return (
        [torch.asarray(x) for x in (z.copy(), given, np.sin(z))],
        [torch.asarray(x) for x in (edges, given, np.cos(z))],
    )


def assert_same(found: list[Any], expected: list[Any]) -> None:
    """Equal but for the order of sums, which is another in another layout."""
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one.shape == other.shape
        assert one.dtype == other.dtype
        torch.testing.assert_close(one, other, rtol=1e-12, atol=1e-14, equal_nan=True)


def assert_batches(run: Callable[..., list[Any]], inputs: tuple[list[Any], list[Any]]) -> None:
    together = [torch.stack(both) for both in zip(*inputs, strict=True)]
    assert_same(list(torch.func.vmap(run)(*together)), run(*together))


def assert_has_shapes(run: Callable[..., list[Any]], arguments: list[Any]) -> None:
    for one, other in zip(run(*(x.to("meta") for x in arguments)), run(*arguments), strict=True):
        assert one.device.type == "meta"
        assert (one.shape, one.dtype) == (other.shape, other.dtype)


def assert_recorded(run: Callable[..., list[Any]], inputs: tuple[list[Any], list[Any]]) -> None:
    graph = make_fx(run, tracing_mode="fake")(*inputs[0])
    for arguments in inputs:
        assert_same(graph(*arguments), run(*arguments))


def test_what_is_not_known_is_not_looked_at() -> None:
    met: list[bool] = []

    def look(x: Any) -> Any:
        met.append(is_traced(x) and not is_known(torch.all(x > 0)))
        return x + 1

    ones = torch.ones(3)
    look(ones.to("meta"))
    torch.func.vmap(look)(ones)
    torch.func.vjp(look, ones)
    for mode in ("real", "fake"):
        make_fx(look, tracing_mode=mode)(ones)
    assert met == [True] * 5
    assert not is_traced(ones)
    assert is_known(torch.all(ones > 0))


@pytest.mark.parametrize("activation", ACTIVATION_VARIANTS, ids=identify)
def test_an_activation_in_a_batch_is_what_it_is_alone(activation: Any) -> None:
    assert_batches(of_activation(activation), inputs_of_activation(activation))


@pytest.mark.parametrize("activation", BY_DEFAULT, ids=identify)
def test_an_activation_has_its_shape_without_numbers(activation: Any) -> None:
    assert_has_shapes(of_activation(activation), inputs_of_activation(activation)[0])


@pytest.mark.parametrize("activation", RECORDED, ids=identify)
def test_a_recorded_activation_is_right_for_other_logits(activation: Any) -> None:
    assert_recorded(of_activation(activation), inputs_of_activation(activation))


@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_a_pair_in_a_batch_is_what_it_is_alone(loss: str) -> None:
    for pair in ALL_PAIRS:
        if pair[1].name == loss:
            assert_batches(of_pair(*pair), inputs_of_pair(*pair))


@pytest.mark.parametrize("pair", each_once(ALL_PAIRS), ids=identify)
def test_a_pair_has_its_shapes_without_numbers(pair: tuple[Any, Any]) -> None:
    assert_has_shapes(of_pair(*pair), inputs_of_pair(*pair)[0])


@pytest.mark.parametrize("pair", RECORDED_PAIRS, ids=identify)
def test_a_recorded_pair_is_right_for_other_logits(pair: tuple[Any, Any]) -> None:
    assert_recorded(of_pair(*pair), inputs_of_pair(*pair))


@pytest.mark.parametrize("given", ["there", "as NumPy's"])
def test_options_meet_logits_on_another_device(given: str) -> None:
    """Labels, weights and masks of NumPy are brought to where the logits are."""
    layer = OutputLayer("softmax", "cross_entropy", reduction="mean", label_smoothing=0.1)
    z = torch.zeros((3, 4), device="meta")
    options = {
        "target": np.array([0, 1, 3]),
        "sample_weight": np.ones(3),
        "class_weight": np.ones(4),
        "where": np.ones((3, 4), bool),
    }
    if given == "there":
        options = {name: torch.asarray(x, device="meta") for name, x in options.items()}
    value, gradient = layer.value_and_gradient(z, **options)
    assert (value.shape, gradient.shape) == ((), (3, 4))
    assert value.device.type == gradient.device.type == "meta"
    hessian = layer.hessian(z, **options)
    assert hessian.to_dense().device.type == (2.0 * hessian).row(0).device.type == "meta"
