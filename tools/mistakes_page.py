"""Write docs/mistakes.md: every mistake that the checker knows, with an example of it.

The examples are those of tests/checking/mistakes, the texts what `softgrad.check` says of them.
Run from the root: python tools/mistakes_page.py && ruff format docs/mistakes.md
"""

import inspect
import sys
from pathlib import Path

import numpy as np

import softgrad as sg
from softgrad.checking.hypotheses import HYPOTHESES, IN_PART, LAST_RESORTS

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from checking.mistakes import WRONG  # noqa: E402
from checking.settings import Setting, point  # noqa: E402

#: Hypotheses that go by other names than their codes.
CODES = {
    "not_finite": ("overflow", "log-of-zero"),
    "softmax_of_all": ("batch-mixed", "wrong-axis"),
    "transposed_weights": ("transposed",),
    "without_diagonal": ("missing-term",),
    "length_as_constant": ("missing-term",),
    "weights_exchanged": ("wrong-branch",),
    "some_term_without_upstream": ("term-without-upstream",),
    "some_upstream_for_value": ("upstream-for-value",),
}
#: How a derivative behaves is seen when it is called, without a hypothesis.
OF_CONDUCT = {
    "mutates-input": "It changes an array that it was given.",
    "not-deterministic": "The same call gives another answer each time.",
    "raises": "It cannot be called.",
    "wrong-shape": "What comes back has another shape than the derivative.",
}
START = """# Mistakes

Written by `tools/mistakes_page.py` from the checker's hypotheses and its permanent set of wrong
derivatives: what each mistake is, somebody's code with it, what `softgrad.check` says of that, and
the line to write instead. In what follows `softmax`, `pull_back` and the like are the plain
functions of `tests/checking/derivatives.py`, all of them right.
"""


_FORMS = {
    "vjp": "the backward pass",
    "jvp": "the forward derivative",
    "jacobian": "the Jacobian",
    "gradient": "the gradient",
    "elementwise": "the slope, element by element,",
}


def descriptions():
    """By code, what the hypothesis looks for."""
    found = {}
    for hypothesis in (*HYPOTHESES, *LAST_RESORTS, *IN_PART):
        name = hypothesis.__name__
        for code in CODES.get(name, (name.replace("_", "-"),)):
            found.setdefault(code, []).append(inspect.getdoc(hypothesis).splitlines()[0])
    return {**{code: "\n".join(lines) for code, lines in found.items()}, **OF_CONDUCT}


def section(code, description):
    """A heading, the example, the report and the fix."""
    examples = [m for m in WRONG.values() if m.code == code]
    if not examples:
        return ""
    mistake = examples[0]
    source = inspect.getsource(mistake.derivative)
    source = source[source.index("def ") :].rstrip()
    x = point(Setting(4, "spread"), mistake.batch)
    with np.errstate(all="ignore"):
        report = sg.check(
            mistake.function, mistake.derivative, x, mistake.form, argument=mistake.argument
        )
    assert report.diagnosis == code, (code, report.diagnosis)
    text, _, line = report.explanation.partition(" Write instead: ")
    of = mistake.function.__name__
    lines = [
        f"## {code}",
        "",
        description,
        "",
        f"As {_FORMS[mistake.form]} of `{of}`:",
        "",
        "```python",
        source,
        "```",
        "",
        f"> {text}",
        "",
    ]
    if line:
        lines += ["Write instead:", "", "```python", line.replace("; ", "\n"), "```", ""]
    others = [m.derivative.__name__ for m in examples[1:]]
    if others:
        names = ", ".join(f"`{name}`" for name in others)
        lines += [f"Others of the set: {names}.", ""]
    return "\n".join(lines)


def page():
    """The whole text."""
    sections = (section(code, text) for code, text in descriptions().items())
    return "\n".join([START, *(s for s in sections if s)])


if __name__ == "__main__":
    (ROOT / "docs" / "mistakes.md").write_text(page(), encoding="utf-8")
