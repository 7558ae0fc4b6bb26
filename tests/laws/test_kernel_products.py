"""The Hessian times a vector by a kernel is that of the definition.

Where a loss is linear in log p and p is made of exponentials the kernels have it; other pairs take
the chain rule.
"""

from __future__ import annotations

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
