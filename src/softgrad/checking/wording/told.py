"""The right formula and the line to write, for this function and in its author's names."""

from __future__ import annotations

import re

from softgrad.checking.case import Case
from softgrad.checking.claim import Form
from softgrad.checking.frameworks import Numbers
from softgrad.checking.wording.known import known_function
from softgrad.checking.wording.known_losses import known_loss
from softgrad.checking.wording.lines import right_line
from softgrad.checking.wording.source_names import SourceNames, targets_of


def right_words(case: Case, formula: str, instead: str) -> tuple[str, str]:
    """What a hypothesis says is right, put more exactly where the function is a known one.

    Args:
        case: what is looked at.
        formula: the hypothesis's, in mathematics.
        instead: its line, in x, g and p; "" for none.
    """
    claim = case.claim
    roles = getattr(claim.given, "roles", ("point", "vector"))
    names = SourceNames.of(claim.function.given, claim.given, roles)
    by_output = claim.argument == "output"
    inputs, results = ([o.x for o in case.observations], [o.y for o in case.observations])
    known = known_function(inputs, results)
    if known is not None:
        line = right_line(known, claim.form, claim.argument, of_one_row=len(inputs[0]) == 1)
        if line:
            return _named(formula, known.name), names.put_into(line, by_output=by_output)
    elif claim.form == "gradient":
        loss = known_loss(*_as_given(case, inputs, results), targets_of(claim.function.given))
        if loss is not None:
            return _named(formula, loss.name), names.put_into(loss.line, by_output=by_output)
    of_loss = any(o.x.shape != o.y.shape for o in case.observations)
    if not _has_its_names(instead, claim.form):
        return formula, ""
    return formula, names.put_into(instead, by_output=by_output, of_loss=of_loss)


def _has_its_names(line: str, form: Form) -> bool:
    """Whether a line uses no upstream gradient where there is none: a loss is the last of all."""
    return form not in ("gradient", "hessian") or not re.search(r"(?<![\w.])g\b", line)


def _named(formula: str, name: str) -> str:
    return f"{formula} The function is {name}." if formula else f"the derivative of {name}."


def _as_given(
    case: Case, inputs: list[Numbers], results: list[Numbers]
) -> tuple[list[Numbers], list[Numbers]]:
    view = case.claim.function.view
    return [view.from_rows(x) for x in inputs], [view.results_from_rows(y) for y in results]
