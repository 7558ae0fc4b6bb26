"""Where x is saturated, what the function itself has lost is held against nobody."""

import numpy as np

import softgrad as sg
from checking.derivatives import log_softmax, softmax


def test_what_is_absorbed_is_nothing():
    x = np.array([[-78.3, -47.6], [-81.9, -33.3]])
    losses = lambda z: -log_softmax(z)[:, 1]  # noqa: E731
    right = lambda z: softmax(z) - np.array([0.0, 1.0])  # noqa: E731
    assert sg.check(losses, right, x, "gradient")
    # Elsewhere the same formulas say something.
    wrong = sg.check(losses, lambda z: 1.1 * right(z), x, "gradient")
    assert (wrong.verdict, wrong.evidence.point > 0) == ("wrong", True)
    assert sg.check(losses, lambda z: right(z) / 0.0, x, "gradient").verdict == "wrong"
