"""What an activation with a loss is by their `exact` definitions, at logits.

Each function is a law: it raises AssertionError where the pair breaks it. Errors are measured in
ULP of the condition numbers of `softgrad.testing.exact_pairs`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from softgrad.arrays.namespaces import Array
from softgrad.layer import OutputLayer
from softgrad.testing.exact import as_rows, times
from softgrad.testing.exact_pairs import ExactPair, exact_pair
from softgrad.testing.limits import Limits
from softgrad.testing.points import pair_logits, targets
from softgrad.testing.ulp import within

_VECTOR = np.array([1.5, -0.75, 0.25])


@dataclass(frozen=True)
class PairCase:
    """A pair at logits and targets of one dtype, with what is true of each row.

    Attributes:
        layer: the pair.
        name: of the target.
        z: logits, shape (rows, n).
        t: the target as it is given.
        exact: one a row.
    """

    layer: OutputLayer
    name: str
    z: Array
    t: Array
    exact: Sequence[ExactPair]

    def where(self, row: int) -> str:
        """The row, for a message."""
        target = np.asarray(self.t[row]).tolist()
        return f"z = {self.z[row].tolist()}, target = {target} ({self.name})"


def pair_cases(activation: Any, loss: Any, dtype: Any) -> Iterator[PairCase]:
    """The pair at the logits and at each kind of target that laws are tried with."""
    z = pair_logits(activation, loss)
    for target in targets(activation, loss, z):
        t = target.given if target.given.dtype.kind == "i" else target.given.astype(dtype)
        rows = zip(as_rows(z), as_rows(target.dense), strict=True)
        exact = [exact_pair(activation, loss, row, dense) for row, dense in rows]
        yield PairCase(OutputLayer(activation, loss), target.name, z.astype(dtype), t, exact)


def underflow(dtype: Any) -> float:
    """A product of factors of this size is subnormal, and has lost digits in that proportion."""
    return float(np.finfo(dtype).tiny / np.finfo(dtype).eps)


def the_value_is_the_definition(cases: Iterable[PairCase], limits: Limits) -> None:
    """The value of the pair is that of both `exact`."""
    for case in cases:
        found = case.layer.value(case.z, case.t)
        for i, exact in enumerate(case.exact):
            scale = exact.value_scale
            within(limits.pair_value, found[i], exact.value, scale, where=case.where(i))


def the_gradient_is_the_derivative(cases: Iterable[PairCase], limits: Limits) -> None:
    """The gradient of the pair is the derivative of both `exact` by the logits."""
    for case in cases:
        found = case.layer.gradient(case.z, case.t)
        for i, exact in enumerate(case.exact):
            scale = exact.gradient_scale
            within(limits.pair_gradient, found[i], exact.gradient, scale, where=case.where(i))


def the_hessian_is_the_second_derivative(cases: Iterable[PairCase], limits: Limits) -> None:
    """The Hessian of the pair, its diagonal and products are those of both `exact`."""
    limit = limits.pair_hessian
    for case in cases:
        dense = case.layer.hessian(case.z, case.t).to_dense()
        diagonal = case.layer.gradient_and_hessian_diagonal(case.z, case.t)[1]
        v = _VECTOR[: case.z.shape[-1]]
        vectors = np.broadcast_to(v, case.z.shape).astype(case.z.dtype)
        products = case.layer.hvp(case.z, case.t, vectors)
        for i, exact in enumerate(case.exact):
            H, scale = exact.hessian, exact.hessian_scale
            scale = np.maximum(scale, np.abs(np.array(H, dtype=float)))
            scale = np.maximum(scale, underflow(case.z.dtype))
            where = case.where(i)
            within(limit, dense[i], H, scale, where=where)
            main = [H[k][k] for k in range(len(H))]
            within(limit, diagonal[i], main, np.diag(scale), where=where)
            within(limit, products[i], times(H, v), scale @ np.abs(v), where=where)


def gauss_newton_is_the_congruence_of_the_output(cases: Iterable[PairCase], limits: Limits) -> None:
    """Gauss-Newton is J^T H J of both `exact`, by the output."""
    for case in cases:
        dense = case.layer.gauss_newton(case.z, case.t).to_dense()
        v = _VECTOR[: case.z.shape[-1]]
        vectors = np.broadcast_to(v, case.z.shape).astype(case.z.dtype)
        products = case.layer.gauss_newton_product(case.z, case.t, vectors)
        for i, exact in enumerate(case.exact):
            scale = np.maximum(exact.gauss_newton_scale, underflow(case.z.dtype))
            wanted, where = exact.gauss_newton, case.where(i)
            within(limits.gauss_newton, dense[i], wanted, scale, where=where)
            size = scale @ np.abs(v)
            within(limits.gauss_newton, products[i], times(wanted, v), size, where=where)


EXACT_LAWS = (the_value_is_the_definition,)
#: Those of a pair whose activation's derivative is one, and no surrogate.
EXACT_DERIVATIVE_LAWS = (
    the_gradient_is_the_derivative,
    the_hessian_is_the_second_derivative,
    gauss_newton_is_the_congruence_of_the_output,
)
