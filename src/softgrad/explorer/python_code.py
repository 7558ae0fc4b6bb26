"""The Python that gives the numbers on the page."""

from __future__ import annotations

import numpy as np

from softgrad.explorer.state import State


def python_code(state: State, upstream: str | None, *, with_loss: bool = False) -> str:
    """A program of a few lines; each name is what the page calls it.

    Args:
        state: what the page shows.
        upstream: how the gradient by the output is written, or None where there is none.
        with_loss: whether the pair composes.
    """
    lines = [
        "import numpy as np",
        "import softgrad as sg",
        "",
        f"z = np.array({state.logits.tolist()})",
        f"activation = sg.{state.activation!r}",
        "p, jacobian = activation.linearize(z)",
        "J = jacobian.to_dense()  # J[i, j] is the derivative of output i by logit j",
    ]
    if with_loss:
        lines += [
            "",
            f"loss = sg.{state.loss!r}",
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
    return "\n".join(lines) + "\n"


def _is_diagonal(state: State) -> bool:
    return not state.activation.rowwise or np.size(state.logits) == 1
