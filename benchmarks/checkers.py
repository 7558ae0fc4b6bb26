"""What derivative checkers let through: the permanent set of mistakes, under each of them.

Every wrong derivative of tests/checking/mistakes is given to softgrad.check, torch.autograd
.gradcheck (slow and fast mode), jax.test_util.check_grads (reverse mode) and
scipy.optimize.check_grad, all with their defaults, in float64; and every right one, too. Prints
Markdown tables. Run from the root: python benchmarks/checkers.py
"""

import sys
import warnings
from collections import Counter
from pathlib import Path

import jax
import numpy as np
import torch
from jax.test_util import check_grads
from scipy.optimize import check_grad

import softgrad as sg

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from checking.mistakes import WRONG, Mistake
from checking.right import RIGHT
from checking.settings import Setting, applies, point

SETTINGS = [Setting(n, kind) for n in (4, 100, 1000) for kind in ("uniform", "spread", "peaked")]
#: check_grad returns a distance and leaves it to its caller what is small: relative to the
#: gradient, or to 1 where that is less.
SMALL = 1e-5
FORMS_OF_AUTO = {
    "softmax auto vjp": "vjp",
    "softmax auto jacobian": "jacobian",
    "cross-entropy auto": "gradient",
    "tanh auto": "elementwise",
}


def backward_of(mistake):
    """The derivative as (x, upstream gradient) -> gradient, whatever its form."""

    def backward(x, g):
        given = mistake.function(x) if mistake.argument == "output" else x
        if mistake.form == "vjp":
            return mistake.derivative(given.copy(), g.copy())
        if mistake.form == "jvp":
            units = np.eye(x.size).reshape(x.size, *x.shape)
            columns = [np.ravel(mistake.derivative(given.copy(), e)) for e in units]
            return (np.stack(columns, axis=1).T @ np.ravel(g)).reshape(x.shape)
        found = np.asarray(mistake.derivative(given.copy()), dtype=float)
        if mistake.form == "jacobian":
            return np.einsum("...i,...ij->...j", g, found.reshape(*g.shape, x.shape[-1]))
        losses = g.ndim < x.ndim and g.ndim > 0
        return (g[..., None] if losses else g) * found

    return backward


def report_on(mistake, x):
    return sg.check(
        mistake.function, mistake.derivative, x, mistake.form, argument=mistake.argument
    )


def by_softgrad(mistake, x):
    return report_on(mistake, x).verdict != "wrong"


def by_gradcheck(fast):
    def passes(mistake, x):
        backward = backward_of(mistake)

        class Function(torch.autograd.Function):
            @staticmethod
            def forward(context, z):
                context.save_for_backward(z)
                return torch.as_tensor(np.array(mistake.function(z.numpy().copy())))

            @staticmethod
            def backward(context, g):
                (z,) = context.saved_tensors
                return torch.as_tensor(np.array(backward(z.numpy(), g.contiguous().numpy())))

        z = torch.tensor(x, requires_grad=True)
        return torch.autograd.gradcheck(Function.apply, (z,), fast_mode=fast)

    return passes


def by_check_grads(mistake, x):
    backward = backward_of(mistake)
    result = jax.ShapeDtypeStruct(np.shape(mistake.function(x)), np.float64)

    def called(z):
        host = lambda z: np.array(mistake.function(np.array(z)), dtype=float)  # noqa: E731
        return jax.pure_callback(host, result, z)

    def pulled(z, g):
        host = lambda z, g: np.array(backward(np.array(z), np.array(g)), dtype=float)  # noqa: E731
        return (jax.pure_callback(host, jax.ShapeDtypeStruct(x.shape, np.float64), z, g),)

    function = jax.custom_vjp(called)
    function.defvjp(lambda z: (called(z), z), pulled)
    with jax.enable_x64(True):
        check_grads(function, (jax.numpy.asarray(x),), order=1, modes=["rev"])
    return True


def by_check_grad(mistake, x):
    backward = backward_of(mistake)
    u = np.random.default_rng(0).standard_normal(np.shape(mistake.function(x)))

    def value(flat):
        return float(np.sum(u * mistake.function(flat.reshape(x.shape))))

    def slope(flat):
        return np.ravel(backward(flat.reshape(x.shape), np.array(u)))

    flat = x.ravel()
    return check_grad(value, slope, flat) <= SMALL * max(1.0, np.linalg.norm(slope(flat)))


CHECKERS = {
    "softgrad": by_softgrad,
    "gradcheck": by_gradcheck(fast=False),
    "gradcheck, fast": by_gradcheck(fast=True),
    "check_grads": by_check_grads,
    "check_grad": by_check_grad,
}


def lets_through(checker, mistake, x):
    """Whether it says that all is well; an exception of any kind counts as a warning."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return bool(checker(mistake, x.copy()))
        except Exception:
            return False


def right_ones():
    """By name, with the form that "auto" stands for; second derivatives are no backward pass."""
    found = {}
    for name, (form, function, derivative, batch) in RIGHT.items():
        named = FORMS_OF_AUTO.get(name, form)
        if named != "hessian":
            found[name] = Mistake("", named, function, derivative, batch=batch)
    return found


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def main():
    through, tried, named = Counter(), Counter(), Counter()
    by_setting = {}
    for setting in SETTINGS:
        counts, refused = Counter(), Counter()
        cases = {name: m for name, m in WRONG.items() if applies(m, setting)}
        for name, mistake in cases.items():
            x = point(setting, mistake.batch)
            tried[name] += 1
            named[name] += report_on(mistake, x).diagnosis == mistake.code
            for title, checker in CHECKERS.items():
                passed = lets_through(checker, mistake, x)
                counts[title] += passed
                through[name, title] += passed
        # Thousands of calls of what is written in loops: right ones are tried on shorter rows.
        right = right_ones() if setting.n < 1000 else {}
        for mistake in right.values():
            for title, checker in CHECKERS.items():
                x = point(setting, mistake.batch)
                refused[title] += not lets_through(checker, mistake, x)
        by_setting[setting] = (len(cases), counts, len(right), refused)
        print(f"done: {setting}", file=sys.stderr, flush=True)

    print("Wrong ones that pass (and right ones that do not):\n")
    row("n, logits", "wrong", *CHECKERS, "right")
    row("---", *("---:" for _ in CHECKERS), "---:", "---:")
    for setting, (wrong, counts, right, refused) in by_setting.items():
        cells = [f"{counts[t]}" + (f" ({refused[t]})" if refused[t] else "") for t in CHECKERS]
        row(f"{setting.n}, {setting.kind}", wrong, *cells, right or "")
    print(
        "\nIn how many of the settings each passes, and in how many softgrad names the mistake:\n"
    )
    row("wrong derivative", "code", "settings", "named", *CHECKERS)
    row("---", "---", *("---:" for _ in CHECKERS), "---:", "---:")
    for name, mistake in WRONG.items():
        cells = [through[name, title] or "" for title in CHECKERS]
        row(f"`{name}`", f"`{mistake.code}`", tried[name], named[name], *cells)


if __name__ == "__main__":
    main()
