"""An activation or a loss: its formula, where it is defined, and what it is like."""

from __future__ import annotations

from textwrap import shorten

from softgrad.contracts import Activation, Loss, LossSum, RowLoss
from softgrad.contracts.targets import TARGETS_IN_WORDS
from softgrad.pictures.notebook.markup import facts, text

_LONGEST = 300


def activation_html(activation: Activation) -> str:
    """What it is, what it gives, and what one output depends on."""
    return facts(_caption(activation, "activation"), activation_facts(activation))


def loss_html(loss: RowLoss) -> str:
    """What it is, what it is defined on, and what its target is."""
    return facts(_caption(loss, "loss"), loss_facts(loss))


def sum_html(loss: LossSum) -> str:
    """Each term with its weight."""
    told = {f"{weight:g} ×": named(term) for weight, term in loss.terms}
    return facts(text("strong", "a weighted sum of losses"), told)


def activation_facts(activation: Activation) -> dict[str, str]:
    """By name, as HTML."""
    told = _formula(activation) | {"gives": text("span", str(activation.domain))}
    depends = "the whole row" if activation.rowwise else "its own logit"
    told["one output depends on"] = text("span", depends)
    if activation.shift_invariant:
        told["adding one number to a row"] = text("span", "changes nothing")
    if not activation.derivative_is_exact:
        told["derivative"] = text("span", "a surrogate")
    return told


def loss_facts(loss: RowLoss) -> dict[str, str]:
    """By name, as HTML."""
    on = "; ".join(map(str, loss.accepts))
    target = TARGETS_IN_WORDS[loss.target_kind]
    return _formula(loss) | {"is defined on": text("span", on), "target": text("span", target)}


def named(made: Activation | Loss) -> str:
    """The line of Python that it is, as HTML."""
    return text("code", shortened(repr(made)))


def shortened(told: str) -> str:
    """A text that may have any length: an array as a hyper-parameter, a dict of a million weights.

    Cut before it is looked at word by word.
    """
    return shorten(told[: 2 * _LONGEST], _LONGEST, placeholder=" …")


def _formula(made: Activation | RowLoss) -> dict[str, str]:
    """The first line of the docstring, where somebody wrote one."""
    kind = type(made)
    line = (kind.__doc__ or "").partition("\n")[0].rstrip(".")
    is_of_dataclass = line.startswith(f"{kind.__name__}(")
    return {} if not line or is_of_dataclass else {"formula": text("code", line)}


def _caption(made: Activation | RowLoss, kind: str) -> str:
    return f"{named(made)} {text('span', f'{kind} {made.name}')}"
