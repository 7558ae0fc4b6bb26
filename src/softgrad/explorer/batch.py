"""Several rows at once: the Jacobian is block diagonal, and the flattened one is another thing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from softgrad.contracts import Activation
from softgrad.errors import ParameterError
from softgrad.explorer.cell_words import cell_words
from softgrad.explorer.python_code import program, spelled
from softgrad.explorer.state import read_activation, read_numbers

MOST_ROWS = 4
MOST_ENTRIES = 4


def batch(query: Mapping[str, str]) -> dict[str, Any]:
    """Outputs and Jacobians of `rows=1,2,3;0,1,0`: row by row, and with all rows taken as one.

    Raises:
        SoftgradError: the rows have different lengths, or there are too many.
    """
    activation = read_activation(query)
    rows = [read_numbers(one, "rows") for one in query.get("rows", "1,2,3;0,1,0").split(";")]
    lengths = {len(row) for row in rows}
    if len(lengths) != 1 or len(rows) > MOST_ROWS or max(lengths) > MOST_ENTRIES:
        raise ParameterError(
            f"rows has {len(rows)} of lengths {sorted(lengths)}; expected up to {MOST_ROWS} of one "
            f"length up to {MOST_ENTRIES}"
        )
    z = np.stack(rows)
    count, n = z.shape
    output, jacobians = activation.linearize(z)
    whole, mixed = activation.linearize(z.ravel())
    blocks = np.zeros((count, n, count, n))
    words = [["" for _ in range(count * n)] for _ in range(count * n)]
    for row in range(count):
        blocks[row, :, row] = jacobians[row, :, :]
        own = activation.jacobian(z[row])
        for i, line in enumerate(cell_words(own, np.asarray(output)[row], activation.name)):
            words[row * n + i][row * n : (row + 1) * n] = [f"row {row}, {one}" for one in line]
    for i, j in np.ndindex(count * n, count * n):
        words[i][j] = words[i][j] or _between(i, j, n)
    dense, right = mixed.to_dense(), blocks.reshape(count * n, count * n)
    return {
        "rows": count,
        "classes": n,
        "output": output,
        "whole": np.asarray(whole).reshape(z.shape),
        "is_probability": activation.domain.kind == "simplex",
        "jacobian": right,
        "mixed": dense,
        "words": words,
        "mixed_words": _mixed_words(dense, n),
        "is_same": bool(np.array_equal(np.asarray(dense), right)),
        "code": _code(z, activation),
    }


def _place(k: int, n: int, what: str) -> str:
    return f"{what} {k % n} of row {k // n}"


def _between(i: int, j: int, n: int) -> str:
    output, logit = _place(i, n, "output"), _place(j, n, "logit")
    return f"{output} by {logit}: another row, which it does not depend on = 0"


def _mixed_words(dense: np.ndarray, n: int) -> list[list[str]]:
    """What is wrong with a cell of the flattened Jacobian."""
    return [
        [
            f"{_place(i, n, 'output')} by {_place(j, n, 'logit')} = {value:.4f}"
            + (": rows that have nothing to do with each other" if i // n != j // n else "")
            for j, value in enumerate(line)
        ]
        for i, line in enumerate(dense)
    ]


def _code(z: np.ndarray, activation: Activation) -> str:
    lines = (
        f"z = np.array({z.tolist()})",
        f"activation = {spelled(activation)}",
        "p, jacobian = activation.linearize(z)  # one operator a row",
        "J = jacobian.to_dense()  # J[row, i, j]; between rows there is nothing to keep",
        "mixed = activation.jacobian(z.ravel()).to_dense()  # all rows as one: wrong",
    )
    return program(lines, activation)
