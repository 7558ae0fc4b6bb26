"""The Python that gives the numbers on the page."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from softgrad.contracts import Activation, RowLoss
from softgrad.explorer.state import State


def python_code(state: State, upstream: str | None, *, with_loss: bool = False) -> str:
    """A program of a few lines; each name is what the page calls it.

    Args:
        state: what the page shows.
        upstream: how the gradient by the output is written, or None where there is none.
        with_loss: whether the pair composes.
    """
    lines = [
        f"z = np.array({state.logits.tolist()})",
        f"activation = {spelled(state.activation)}",
        "p, jacobian = activation.linearize(z)",
        "J = jacobian.to_dense()  # J[i, j] is the derivative of output i by logit j",
    ]
    if with_loss:
        lines += [
            "",
            f"loss = {spelled(state.loss)}",
            f"t = np.array({state.target.tolist()})",
            "layer = sg.OutputLayer(activation, loss)",
            "value, gradient = layer.value_and_gradient(z, t)",
            "hessian = layer.hessian(z, t).to_dense()",
            "gauss_newton = layer.gauss_newton(z, t).to_dense()",
        ]
    if upstream is not None:
        lines += [
            f"g = {upstream}  # by the output",
            "assert np.allclose(J.T @ g, gradient)",
            "diagonal_only = np.diag(J) * g  # what is off the diagonal dropped: wrong",
        ]
        lines[-1] = lines[-1].removesuffix(": wrong") if _is_diagonal(state) else lines[-1]
    return program(lines, state.activation, *([state.loss] if with_loss else []))


def program(lines: Sequence[str], *made: Activation | RowLoss) -> str:
    """The lines, below the imports that they and the objects in them need."""
    own = sorted({type(one).__module__ for one in made if not _is_of_package(one)})
    head = ["import numpy as np", "import softgrad as sg", *(f"import {name}" for name in own)]
    return "\n".join([*head, "", *lines, ""])


def spelled(made: Activation | RowLoss) -> str:
    """How a program writes the object: `sg.Softmax(temperature=0.5)`, or by its own module."""
    return f"{'sg' if _is_of_package(made) else type(made).__module__}.{made!r}"


def _is_of_package(made: Activation | RowLoss) -> bool:
    return type(made).__module__.startswith("softgrad.")


def _is_diagonal(state: State) -> bool:
    return not state.activation.rowwise or np.size(state.logits) == 1
