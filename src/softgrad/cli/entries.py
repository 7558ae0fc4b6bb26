"""What the catalogue says of each activation and loss, as text; nothing is listed by hand."""

from __future__ import annotations

from dataclasses import dataclass, fields
from inspect import getdoc
from typing import Any

from softgrad import catalogue
from softgrad.contracts import Activation, RowLoss
from softgrad.contracts.domains import REAL
from softgrad.contracts.parameters import Range
from softgrad.contracts.targets import TARGETS_IN_WORDS
from softgrad.registration import class_path


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One activation or loss, as it is shown."""

    kind: str
    name: str
    class_name: str
    class_path: str
    documentation: str
    domain: str
    short_domain: str
    hyper_parameters: dict[str, dict[str, Any]]
    facts: dict[str, str]

    @property
    def formula(self) -> str:
        """The first line of the docstring."""
        return self.documentation.partition("\n")[0].rstrip(".")

    @property
    def reflowed(self) -> str:
        """The docstring with one line a paragraph, for a terminal of any width."""
        paragraphs = self.documentation.split("\n\n")
        return "\n\n".join(text if "\n " in text else " ".join(text.split()) for text in paragraphs)

    @property
    def parameters(self) -> str:
        """Each hyper-parameter with its default and range."""
        return "; ".join(
            f"{name}={about['default']}" + (f" ({about['range']})" if about["range"] else "")
            for name, about in self.hyper_parameters.items()
        )

    def partners(self) -> list[str]:
        """The names on the other side of the pairs that compose."""
        table = pair_table()
        if self.kind == "activation":
            return table[self.name]
        return [name for name, losses in table.items() if self.name in losses]

    def as_json(self) -> dict[str, Any]:
        """The entry as JSON writes it."""
        return {
            "kind": self.kind,
            "name": self.name,
            "class": self.class_name,
            "formula": self.formula,
            "documentation": self.documentation,
            "domain": self.domain,
            "hyper_parameters": self.hyper_parameters,
            **self.facts,
        }


def entries(kind: str) -> list[Entry]:
    """Every "activation" or "loss" of the catalogue."""
    if kind == "activation":
        return [_of_activation(one) for one in catalogue.ACTIVATIONS.values()]
    return [_of_loss(one) for one in catalogue.LOSSES.values()]


def pair_table() -> dict[str, list[str]]:
    """The losses that each activation pairs with."""
    table: dict[str, list[str]] = {name: [] for name in catalogue.ACTIVATIONS}
    for activation, loss in catalogue.pairs():
        table[activation].append(loss)
    return table


def _of_activation(kind: type[Activation]) -> Entry:
    made = kind()
    traits = {
        "one output depends on": "the whole row" if made.rowwise else "its own logit",
        "the same for z and z + constant": _yes(made.shift_invariant),
        "gradient of a convex potential": _yes(made.has_potential),
        "derivative": "exact" if made.derivative_is_exact else "a surrogate",
    }
    interval = str(made.domain).removeprefix(made.domain.name)
    return _entry("activation", made, str(made.domain), made.domain.kind + interval, traits)


def _of_loss(kind: type[RowLoss]) -> Entry:
    made = kind()
    traits = {
        "target": TARGETS_IN_WORDS[made.targets],
        "written in": str(made.lives_on.value),
        "convex in what it is given": _yes(made.convex),
        "second derivative by that": _bend(made),
    }
    kinds = ", ".join(dict.fromkeys(one.kind for one in made.accepts))
    return _entry("loss", made, "; ".join(map(str, made.accepts)), kinds, traits)


def _entry(
    kind: str, made: Activation | RowLoss, domain: str, short: str, facts: dict[str, str]
) -> Entry:
    return Entry(
        kind=kind,
        name=made.name,
        class_name=type(made).__name__,
        class_path=_path(made),
        documentation=getdoc(type(made)) or "",
        domain=domain,
        short_domain=short,
        hyper_parameters=_hyper_parameters(made),
        facts=facts,
    )


def _path(made: Activation | RowLoss) -> str:
    """How a program writes the class."""
    kind = type(made)
    is_own = kind.__module__.startswith(("softgrad.activations.", "softgrad.losses."))
    return f"sg.{kind.__name__}" if is_own else class_path(kind)


def _hyper_parameters(made: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for one in fields(made):
        spans = [about for about in one.metadata.values() if isinstance(about, Range)]
        default = getattr(made, one.name)
        plain = default if isinstance(default, bool | int | float | str | None) else repr(default)
        found[one.name] = {"default": plain, "range": str(spans[0]) if spans else ""}
    return found


def _bend(made: RowLoss) -> str:
    if made.is_flat(REAL):
        return "0, but for kinks"
    return "the same everywhere" if made.constant_hessian else "varies"


def _yes(value: bool) -> str:
    return "yes" if value else "no"
