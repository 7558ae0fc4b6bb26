"""The Hessian times a vector where kernels have loops of their own for it.

Those of all pairs are held to the definition in test_kernels.py, to mpmath in test_pairs.py; here
are longer rows, the options of losses that are linear in log p, and closed forms.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

import softgrad as sg
from laws import bounds
from laws.both_ways import agree, definition_of, each_instruction_set
from laws.cases import DTYPES, identify
from softgrad import OutputLayer
from softgrad.errors import TargetError

ACTIVATIONS = [sg.softmax, sg.softmin, sg.Softmax(temperature=0.6), sg.SoftmaxPlusOne()]
# Along registers, one a lane, several blocks of a long row.
SHAPES = [(1, 11), (19, 5), (3, 4500)]
# (Its overloads know nothing of the longest floats.)
where: Any = np.where
OPTIONS = ["plain", "smoothed mean", "weights of classes", "weights of rows", "masked"]


def options_of(kind: str, rng: Any, labels: Any, shape: tuple[int, int]) -> dict[str, Any]:
    keep = rng.random(shape) < 0.8
    keep[np.arange(shape[0]), labels] = True
    return {
        "plain": {},
        "smoothed mean": {"label_smoothing": 0.1, "reduction": "mean"},
        "weights of classes": {
            "class_weight": rng.uniform(0.5, 2.0, shape[1]),
            "ignore_label": int(labels[0]),
        },
        "weights of rows": {"sample_weight": rng.uniform(0.0, 2.0, shape[0]).astype(np.float32)},
        "masked": {"where": keep},
    }[kind]


def product_sizes(activation: Any, layer: Any, z: Any, target: Any, v: Any, options: Any) -> Any:
    """c p_k (|v_k| + sum p |v|), where the Hessian is c times the covariance of p."""
    p = activation(z, where=options.get("where"))
    diagonal = layer.gradient_and_hessian_diagonal(z, target, **options)[1]
    with np.errstate(all="ignore"):
        counts = np.max(np.where(p > 0, diagonal / (p * (1 - p)), 0.0), axis=-1, keepdims=True)
    v = np.abs(v)
    return counts * p * (v + np.sum(p * v, axis=-1, keepdims=True))


@pytest.mark.parametrize("kind", OPTIONS)
@pytest.mark.parametrize("loss", [sg.cross_entropy, sg.kl_divergence], ids=identify)
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=identify)
def test_a_product_with_the_hessian_is_its_definition(
    activation: Any, loss: Any, kind: str
) -> None:
    if not loss.fits(activation):
        return
    layer = OutputLayer(activation, loss)
    definition = definition_of(layer)
    for shape in SHAPES:
        rng = np.random.default_rng(shape)
        z, v = rng.normal(size=(2, *shape)).astype(np.float32)
        z[:, 1] += np.float32(9.0)  # more than half of the probability, but of the long row
        z, v = z.astype(np.float64), v.astype(np.float64)
        labels = rng.integers(shape[1], size=shape[0])
        shares = rng.dirichlet(np.ones(shape[1]), shape[0]).astype(np.float32).astype(np.float64)
        options = options_of(kind, rng, labels, shape)
        for target in (labels, shares)[: 1 if "class_weight" in options else 2]:
            wide = dict(options)
            if "sample_weight" in options:
                wide["sample_weight"] = options["sample_weight"].astype(np.float64)
            wanted = definition.hvp(z, target, v, **wide)
            sizes = product_sizes(activation, definition, z, target, v, wide)
            for name in each_instruction_set():
                for dtype in DTYPES:
                    goal = target if target is labels else target.astype(dtype)
                    asked = wide if dtype is np.float64 else options
                    got = layer.hvp(z.astype(dtype), goal, v.astype(dtype), **asked)
                    assert layer.explain().startswith("kernel"), layer.explain()
                    limit = bounds.ROW_DERIVATIVE
                    if dtype is np.float64:  # both may err, and the chain's sums are plain
                        limit = 2 * limit + shape[1] / 8
                    agree(got, wanted, sizes, limit, (name, dtype.__name__, shape))


def softmax_of(z: Any) -> tuple[Any, Any, Any]:
    """p, 1 - p and -log p in the longest floats there are."""
    e = np.exp(z - z.max(-1, keepdims=True))
    first: Any = z.argmax(-1)[:, None]
    places: Any = np.arange(len(z[0]))
    top: Any = places == first
    rest = np.sum(where(top, 0.0, e), -1, keepdims=True)
    p = e / (1.0 + rest)
    return p, where(top, rest / (1.0 + rest), 1.0 - p), np.log1p(rest) - np.log(e)


def centred(p: Any, v: Any) -> tuple[Any, Any]:
    """v - p.v, and the size of its terms when v is taken from its entry where p > 1/2."""
    at_top = np.sum(where(p > 0.5, v, 0.0), -1, keepdims=True)
    v = v - at_top
    size = np.abs(v) + np.sum(p * np.abs(v), -1, keepdims=True)
    return v - np.sum(p * v, -1, keepdims=True), size


def of_true_class(gamma: int, z: Any, t: Any, v: Any) -> tuple[Any, Any]:
    """Of focal loss with gamma 0 or 2: psi' p u + psi'' (p - e_y) (p - e_y).v, and its size."""
    p, q, nll = softmax_of(z)
    u, size = centred(p, v)
    P, Q, L = (np.sum(x * t, -1, keepdims=True) for x in (p, q, nll))
    first = Q**2 + 2 * P * Q * L if gamma else 1.0 + 0.0 * L
    second = 4 * P * Q + 2 * P * L * (P - Q) if gamma else 0.0 * L
    terms = 4 * P * Q + 2 * P * L if gamma else 0.0 * L
    step, gap = where(t == 1, -q, p), -np.sum(u * t, -1, keepdims=True)
    own = np.sum(size * t, -1, keepdims=True)
    return first * p * u + second * step * gap, first * p * size + terms * np.abs(step) * own


def of_squares(z: Any, t: Any, v: Any) -> tuple[Any, Any]:
    """2 p (u (2 p - t - c) - a), and its size."""
    p, q, _ = softmax_of(z)
    u, size = centred(p, v)
    d = where(p > 0.5, (1.0 - t) - q, p - t)
    c = np.sum(p * d, -1, keepdims=True)
    a = np.sum(p * u * (p + d), -1, keepdims=True)
    of_d = np.sum(p * np.abs(d), -1, keepdims=True)
    of_w = np.sum(p * size * (2 * p + t), -1, keepdims=True)
    return 2 * p * (u * (p + d - c) - a), 2 * p * (size * (2 * p + t + of_d) + of_w)


@pytest.mark.parametrize("soft", [False, True], ids=["labels", "soft"])
@pytest.mark.parametrize("loss", [sg.cross_entropy, sg.focal, sg.squared_error], ids=identify)
def test_a_product_is_its_closed_form(loss: Any, soft: bool) -> None:
    if soft and loss.name == "focal":
        return
    for shape in [(40, 3), (37, 100), (6, 300), (3, 4500)]:
        rng = np.random.default_rng(shape)
        z, v = rng.normal(size=(2, *shape)).astype(np.float32)
        z[1::3, 1] += np.float32(9.0)
        z[2::3, 2] += np.float32(25.0)
        labels = np.where(rng.random(shape[0]) < 0.5, z.argmax(-1), rng.integers(shape[1]))
        t = rng.dirichlet(np.ones(shape[1]), shape[0]).astype(np.float32)
        if not soft:
            t = np.eye(shape[1], dtype=np.float32)[labels]
        wide = [x.astype(np.longdouble) for x in (z, t, v)]
        of_loss = of_squares if loss.name == "squared_error" else partial(of_true_class, 0)
        if loss.name == "focal":
            of_loss = partial(of_true_class, 2)
        if soft and loss.name == "cross_entropy":
            of_loss = of_a_distribution
        wanted, sizes = (np.asarray(x, np.float64) for x in of_loss(*wide))
        layer = OutputLayer("softmax", loss)
        for name in each_instruction_set():
            for dtype in DTYPES:
                goal = t.astype(dtype) if soft else labels
                got = layer.hvp(z.astype(dtype), goal, v.astype(dtype))
                limit = 6.0 if dtype is np.float32 else 8.0 + shape[1] / 8
                agree(got, wanted, sizes, limit, (name, dtype.__name__, shape))


def of_a_distribution(z: Any, t: Any, v: Any) -> tuple[Any, Any]:
    """The mass of t times p u, and its size."""
    p = softmax_of(z)[0]
    u, size = centred(p, v)
    mass = np.sum(t, -1, keepdims=True)
    return mass * p * u, mass * p * size


def test_a_target_out_of_range_is_named_before_a_product_is_made() -> None:
    z = np.zeros((3, 200), np.float32)
    share = np.full_like(z, 1 / 200)
    share[2, 7] = -1.0
    layer = OutputLayer("softmax", "cross_entropy")
    for _ in each_instruction_set():
        with pytest.raises(TargetError):
            layer.hvp(z, share, z)
        with pytest.raises(TargetError):
            layer.hvp(z, np.array([0, 1, 200]), z)
