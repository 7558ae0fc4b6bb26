"""What a cell of a Jacobian says: which output, which logit, and where its number comes from."""

from __future__ import annotations

import numpy as np

from softgrad.operators import CategoricalCovariance, DiagonalPlusLowRank

_DECIMALS = 4


def cell_words(jacobian: DiagonalPlusLowRank, output: np.ndarray, name: str) -> list[list[str]]:
    """For each cell [i][j], a sentence with the numbers that its own number is made of.

    Args:
        jacobian: of one row, shape (n, n).
        output: of the activation, shape (n,).
        name: of the activation.
    """
    dense, each = jacobian.to_dense(), range(jacobian.n)
    return [
        [
            f"output i = {i}, logit j = {j}: {'i is j' if i == j else 'i is not j'}"
            f"{_why(jacobian, output, name, i, j)} = {short(dense[i, j])}"
            for j in each
        ]
        for i in each
    ]


def gathered_words(jacobian: np.ndarray, g: np.ndarray, gradient: np.ndarray) -> list[str]:
    """For each logit j, the sum over outputs that its gradient is.

    Args:
        jacobian: shape (n, n).
        g: the gradient by the outputs, shape (n,).
        gradient: the gradient by the logits, shape (n,).
    """
    each = range(len(g))
    return [
        f"logit {j} gathers "
        + " + ".join(f"J_{i}{j} g_{i}" for i in each)
        + " = "
        + " + ".join(f"({short(jacobian[i, j])} x {short(g[i])})" for i in each)
        + f" = {short(gradient[j])}"
        for j in each
    ]


def short(value: float) -> str:
    """Four decimals; powers of ten where these would hide the digits."""
    if value == 0:
        return "0"
    if abs(value) < 0.5 * 10**-_DECIMALS or abs(value) >= 1e5:
        return f"{value:.2e}"
    return f"{value:.{_DECIMALS}f}"


def _why(jacobian: DiagonalPlusLowRank, output: np.ndarray, name: str, i: int, j: int) -> str:
    if isinstance(jacobian, CategoricalCovariance):
        return _of_probabilities(jacobian, i, j)
    if jacobian.rank == 0:
        if i != j:
            return f", and {name} takes each logit by itself, so the derivative"
        return f", so the slope of {name} at its own logit"
    return _of_parts(jacobian, output, i, j)


def _of_probabilities(jacobian: CategoricalCovariance, i: int, j: int) -> str:
    """scale p_i (1 - p_i), or -scale p_i p_j."""
    p, scale = jacobian.p, jacobian.scale
    times, number = ("", "") if abs(scale) == 1 else (f"{abs(scale):.4g} ", f"{abs(scale):.4g} x ")
    if i == j:
        sign = "" if scale > 0 else "-"
        rest = jacobian.complement[i]
        return f", so {sign}{times}p_{i} (1 - p_{i}) = {sign}{number}{short(p[i])} x {short(rest)}"
    sign = "-" if scale > 0 else ""
    return f", so {sign}{times}p_{i} p_{j} = {sign}{number}{short(p[i])} x {short(p[j])}"


def _of_parts(jacobian: DiagonalPlusLowRank, output: np.ndarray, i: int, j: int) -> str:
    """d_i + sum u_i v_j, with -p for u where it is."""
    left, right = jacobian.U[i], jacobian.V[j]
    is_output = jacobian.rank == 1 and np.array_equal(jacobian.U[:, 0], -output)
    names = [f"u{k}" if jacobian.rank > 1 else "u" for k in range(jacobian.rank)]
    letters = [f"{name}_{i} {name.replace('u', 'v')}_{j}" for name in names]
    numbers = [f"{short(a)} x {short(b)}" for a, b in zip(left, right, strict=True)]
    if is_output:
        letters = [f"(-p_{i}) v_{j}"]
    product, value = " + ".join(letters), " + ".join(numbers)
    if i != j:
        return f", so only U V^T is left: {product} = {value}"
    return f", so d_{i} + {product} = {short(jacobian.d[i])} + {value}"
