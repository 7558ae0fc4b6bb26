"""Sparse maps at every alpha, on every path: rows sum to 1 and are the truth, derivatives too.

Errors are measured in roundings of what laws.sparse_truth says that one rounding moves. Where a
row's condition leaves a derivative no digit (above alpha = 2 an entry enters the support with
infinite slope), its values alone are looked at.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mpmath import mpf, workdps

import softgrad as sg
from laws.both_ways import by_definition, each_instruction_set
from laws.cases import DTYPES, identify
from laws.sparse_truth import CLOSED, SparseTruth, floats

VALUE, SUM, DERIVATIVE, CURVATURE, LOSS = 4.0, 4.0, 16.0, 32.0, 16.0
ALPHAS = (1.0001, 1.5, 1.9, 2.0, 2.01, 2.5, 3.0, 5.7, 7.3, 8.9, 10.0)


def paths() -> Iterator[tuple[str, Any]]:
    """The definition, and the kernel of each instruction set."""
    yield "definition", by_definition
    for name in each_instruction_set():
        yield name, nullcontext


def spread_rows(seed: int, rows: int, n: int, alpha: float, spread: str) -> np.ndarray:
    """Logits that are float32 numbers: wide, tied, far from 0, or as far apart as the cut is."""
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((rows, n))
    if spread == "ties":
        z = rng.integers(-1, 2, (rows, n)) * 0.5
    elif spread == "far":
        z = z * 0.25 + 4096.0
    elif spread == "cut":
        z = -np.abs(z) * 2.0 ** rng.integers(-60, -3, (rows, n))
        z[:, rng.integers(n)] = 1.0 / (alpha - 1.0)
    return z.astype(np.float32).astype(np.float64)


class Wanted(NamedTuple):
    """What a row is compared with: as sums of two floats, and the size of one rounding."""

    high: np.ndarray
    low: np.ndarray
    size: np.ndarray

    @classmethod
    def of(cls, exact: Any, size: Any) -> Wanted:
        high = floats(exact)
        low = floats([x - type(x)(h) for x, h in zip(exact, high.tolist(), strict=True)])
        return cls(high, low, np.asarray(size))

    def check(self, got: Any, bound: float) -> None:
        """Fail where `got` is more than `bound` roundings from it."""
        limits = np.finfo(got.dtype)
        error = np.abs((got.astype(np.float64) - self.high) - self.low)
        allowed = bound * float(limits.eps) * self.size + 2.0 * float(limits.smallest_subnormal)
        assert np.all(error <= allowed), (got, self.high, error / allowed)


class Row:
    """A row with its vectors and its target, and everything that is true of it."""

    def __init__(self, alpha: float, z: Any, g: Any, v: Any, t: Any) -> None:
        truth = SparseTruth(alpha, tuple(z))
        self.truth, self.p = truth, floats(truth.p)
        self.value = Wanted.of(truth.p, truth.uncertainty)
        self.vjp = Wanted.of(truth.jacobian(g), truth.jacobian_size(g))
        self.jvp = Wanted.of(truth.jacobian(v), truth.jacobian_size(v))
        self.hvp = Wanted.of(truth.curvature(g, v), truth.curvature_size(g, v))
        own = truth.jacobian_diagonal()
        self.diagonal = Wanted.of(own, np.abs(floats(own)))
        with workdps(truth.digits):
            slope = [a - mpf(x) for a, x in zip(truth.p, t.tolist(), strict=True)]
        miss = np.abs(floats(slope))
        # A p next to 1 is known by the others.
        rounded = np.minimum(truth.uncertainty, np.abs(1.0 - self.p) + truth.others)
        self.gradient = Wanted.of(slope, miss + rounded)
        loss = truth.fenchel_young(t)
        size = (1.0 + alpha) * abs(float(loss)) + truth.others * float(np.sum(miss))
        self.loss = Wanted.of([loss], [size])
        self.felt = 1.0 + abs(2.0 - alpha) * truth.condition
        self.felt_twice = self.felt + abs(3.0 - 2.0 * alpha) * truth.condition

    def has_digits(self, dtype: Any) -> bool:
        """Whether p and with it the support is more than a guess, in the range of a dtype."""
        limits = np.finfo(dtype)
        steepest = abs(3.0 - 2.0 * self.truth.alpha) + 1.0
        least = float(np.min(self.p[self.p > 0])) ** steepest
        return self.truth.condition * limits.eps < 1.0 / 64.0 and least > limits.tiny / limits.eps


def check(rows: list[Row], z: Any, g: Any, v: Any, t: Any) -> None:
    activation = sg.Entmax(alpha=rows[0].truth.alpha)
    layer = sg.OutputLayer(activation, "fenchel_young")
    alone = activation(z[:1])[0]
    rows[0].value.check(alone, VALUE)
    value, gradient = layer.value_and_gradient(z, t)
    diagonal = layer.gradient_and_hessian_diagonal(z, t)[1]
    products = activation.vjp(z, g), activation.jvp(z, v), activation.hvp(z, g, v)
    for i, (row, p) in enumerate(zip(rows, activation(z), strict=True)):
        assert abs(math.fsum(p.tolist()) - 1.0) <= SUM * np.finfo(p.dtype).eps
        row.value.check(p, VALUE)
        row.gradient.check(gradient[i], VALUE)
        row.loss.check(value[i : i + 1], LOSS)
        if row.has_digits(z.dtype):
            row.vjp.check(products[0][i], DERIVATIVE * row.felt)
            row.jvp.check(products[1][i], DERIVATIVE * row.felt)
            row.hvp.check(products[2][i], CURVATURE * row.felt_twice)
            row.diagonal.check(diagonal[i], DERIVATIVE * row.felt)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    alpha=st.one_of(st.sampled_from(ALPHAS), st.floats(1.01, 10.0)),
    n=st.integers(1, 9),
    seed=st.integers(0, 2**32),
    spread=st.sampled_from(["wide", "ties", "far", "cut"]),
)
@example(alpha=2.5, n=3, seed=0, spread="wide")
@example(alpha=2.01, n=40, seed=1, spread="wide")
@example(alpha=10.0, n=1000, seed=2, spread="wide")
@example(alpha=5.7, n=300, seed=3, spread="far")
def test_every_alpha_is_its_definition(alpha: float, n: int, seed: int, spread: str) -> None:
    z = spread_rows(seed, 3 if n < 40 else 1, n, alpha, spread)
    rng = np.random.default_rng(seed)
    g, v = rng.standard_normal((2, *z.shape)).astype(np.float32).astype(np.float64)
    labels = np.eye(n)[rng.integers(n, size=len(z))]
    soft = (rng.multinomial(256, np.full(n, 1.0 / n), size=len(z))) / 256.0
    t = np.where(rng.random((len(z), 1)) < 0.5, labels, soft)
    rows = [Row(alpha, *each) for each in zip(z.tolist(), g, v, t, strict=True)]
    for _, path in paths():
        with path():
            for dtype in DTYPES:
                check(rows, *(x.astype(dtype) for x in (z, g, v, t)))


# One entry outweighs the others by as much as the cut is below it, to the last digits there are.
TINY = float(np.finfo(np.float64).smallest_subnormal)
NEAR = [
    [1e-17, 1.0, 0.0, -1.0],
    [1e-300, 1.0, 0.0, -1.0],
    [1e-308, 1.0, 0.0, -1.0],
    [TINY, 1.0, 0.0, -TINY],
    [1e-300, 1.0, 2e-300, -1e-300],
    [1.0, 2.0**-53, -(2.0**-53), 2.0**-52],
    [1e6 + 1.0, 1e6, 1e6 + 2.0**-33, 1e6 - 8.0],
    [1e15 + 1.0, 1e15, 1e15 + 0.125, 1e15 - 1.0],
    [1.0, 1.0, TINY, 0.0],
    [1.0, -np.inf, 1e-300, 0.0],
]


@pytest.mark.parametrize("alpha", [1.5, 2.0, 3.0], ids=identify)
def test_entries_near_the_cut_keep_support_and_digits(alpha: float) -> None:
    # At these alphas 1 / (alpha - 1) is a float64, and so the cut can be as near as any number.
    z = np.array(NEAR) / (alpha - 1.0)
    finite = [tuple(x for x in row if x > -np.inf) for row in z.tolist()]
    truths = [SparseTruth(alpha, row, digits=350) for row in finite]
    for _, path in paths():
        with path():
            p = sg.Entmax(alpha=alpha)(z)
            for row, logits, truth in zip(p, z, truths, strict=True):
                size = floats(truth.p)
                if alpha not in CLOSED:
                    size = size + floats(truth.w) * truth.others
                Wanted.of(truth.p, size).check(row[logits > -np.inf], VALUE)
                assert np.all(row[logits == -np.inf] == 0.0)


LOSSES = [sg.OutputLayer("entmax", b).loss for a, b in sg.pairs() if a == "entmax"]
# Their second derivatives by p, or the terms of one, go with the inverse of p or of its square.
STEEP = ("generalised_cross_entropy", "taylor_cross_entropy", "jensen_shannon")


@pytest.mark.parametrize("alpha", [1.0, 1.5, 1.75, 2.0, 2.5, 3.0, 9.0], ids=identify)
@pytest.mark.parametrize("loss", LOSSES, ids=identify)
def test_what_a_loss_makes_of_them_is_a_number(alpha: float, loss: Any) -> None:
    z = np.repeat(np.array(NEAR) / max(alpha - 1.0, 1.0), 4, axis=0)
    g = np.tile([1.0, -0.5, 0.25, 2.0], (len(z), 1))
    activation = sg.Entmax(alpha=alpha)
    t = np.tile(np.arange(4), len(NEAR))
    for _, path in paths():
        with path():
            layer = sg.OutputLayer(activation, loss)
            for dtype in DTYPES:
                cast = z.astype(dtype), g.astype(dtype)
                assert not np.any(np.isnan(activation.hvp(*cast, cast[1])))
                value, gradient = layer.value_and_gradient(cast[0], t)
                diagonal = layer.gradient_and_hessian_diagonal(cast[0], t)[1]
                product = layer.hvp(cast[0], t, cast[1])
                known = np.isfinite(value)  # not of a target at p = 0 that costs infinity
                assert not np.any(np.isnan(gradient[known])), (dtype, gradient)
                if loss.name in STEEP:
                    p = activation(cast[0])
                    known &= ~np.any((p > 0) & (p < np.finfo(dtype).tiny ** 0.45), axis=-1)
                for found in (diagonal, product):
                    assert not np.any(np.isnan(found[known])), (dtype, found)
