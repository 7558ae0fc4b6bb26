"""A wrong operator or power in the formula of a sigmoid or a tanh in terms of its output."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from softgrad.checking.case import Case
from softgrad.checking.frameworks import Numbers
from softgrad.checking.hypotheses.fit import Fit
from softgrad.checking.structure import sigmoid

Formula = Callable[[Numbers, Numbers], Numbers]

#: By function: what it is, its right formula, and wrong ones, all of the output a and the input x.
_OF: dict[str, tuple[Callable[[Numbers], Numbers], str, dict[str, Formula]]] = {
    "sigmoid": (
        sigmoid,
        "a * (1 - a)",
        {
            "a - (1 - a)": lambda a, x: a - (1.0 - a),
            "1 - a**2": lambda a, x: 1.0 - a * a,
            "a * (1 + a)": lambda a, x: a * (1.0 + a),
            "a * (1 - x)": lambda a, x: a * (1.0 - x),
            "x * (1 - a)": lambda a, x: x * (1.0 - a),
            "a - a**2 / 2": lambda a, x: a - 0.5 * a * a,
            "a**2 * (1 - a)": lambda a, x: a * a * (1.0 - a),
            "a * (1 - a)**2": lambda a, x: a * (1.0 - a) ** 2,
            "1 - 2 * a": lambda a, x: 1.0 - 2.0 * a,
        },
    ),
    "tanh": (
        np.tanh,
        "1 - a**2",
        {
            "1 - a": lambda a, x: 1.0 - a,
            "1 + a**2": lambda a, x: 1.0 + a * a,
            "a * (1 - a)": lambda a, x: a * (1.0 - a),
            "(1 - a)**2": lambda a, x: (1.0 - a) ** 2,
            "1 - a * x": lambda a, x: 1.0 - a * x,
            "1 - max(x, 0)**2": lambda a, x: 1.0 - np.maximum(x, 0.0) ** 2,
            "1 - 2 * a": lambda a, x: 1.0 - 2.0 * a,
            "1 / cosh(x)": lambda a, x: np.sqrt(1.0 - a * a),
        },
    ),
}


def formula_slip(case: Case) -> Iterator[Fit]:
    """Theirs is a * (1 - a), or 1 - a^2, with a wrong operator, power or variable in it."""
    if not case.is_elementwise:
        return
    for name, (function, right, wrong) in _OF.items():
        if not all(
            np.allclose(o.y, function(o.x), rtol=1e-6, atol=1e-9) for o in case.observations
        ):
            continue
        for written, formula in wrong.items():
            predictions = case.each(
                lambda o, f=formula: f(o.y, o.x)[:, :, None] * np.eye(o.x.shape[1])
            )
            yield Fit(
                code="formula-slip",
                residual=case.misfit(predictions),
                predictions=predictions,
                parameters={"written": written},
                what=f"It is {written}, and the slope of {name} is {right}, with a = {name}(x).",
                seen=f"theirs is {written} at every point.",
                formula=f"{right}, with a = {name}(x).",
                instead=f"return {right}",
            )
