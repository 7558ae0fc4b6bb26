"""The page of one activation or loss: formula, curves, facts, parameters, and what it fits."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

import softgrad
from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.cli.entries import Entry
from softgrad.other_names import OTHER_NAMES
from softgrad_docs import curves
from softgrad_docs.docstrings import as_restructured_text
from softgrad_docs.formula import formula
from softgrad_docs.plots import drawing
from softgrad_docs.restructured import block, code, facts, heading, page, page_link, plain, table

FOLDERS = {"activation": "reference/activations", "loss": "reference/losses"}
_OTHER = {"activation": "loss", "loss": "activation"}
_ARGUMENT = re.compile(r"^    (?P<names>[\w, ]+): (?P<text>.*(?:\n {6,}.*)*)", re.MULTILINE)
_ABOUT_KINKS = re.compile(r"[^.;:]*\b(?:[Kk]inks?|jumps?|[Ss]mooth\b(?! =))[^.;]*")


def path(kind: str, name: str) -> str:
    """Where the page lies, from the site's root."""
    return f"{FOLDERS[kind]}/{name}"


def entry_page(entry: Entry) -> str:
    tex = formula(entry.documentation, list(entry.hyper_parameters))
    return page(
        heading(entry.name),
        block("math::", tex) if tex else "",
        ".. currentmodule:: softgrad",
        block(_signature(entry), _documentation(entry)),
        block(f"py:data:: {entry.name}", f"The ready-made ``{entry.class_name}()``."),
        heading("Curves", "-"),
        block("raw:: html", _drawing(entry)),
        heading("Facts", "-"),
        facts(_facts(entry)),
        *_parameters(entry),
        *_example(entry),
        heading(f"Fits these {'losses' if entry.kind == 'activation' else 'activations'}", "-"),
        _partners(entry),
    )


def _signature(entry: Entry) -> str:
    taken = ", ".join(f"{n}={about['default']!r}" for n, about in entry.hyper_parameters.items())
    return f"py:class:: {entry.class_name}({f'*, {taken}' if taken else ''})"


def _documentation(entry: Entry) -> str:
    """The docstring without its hyper-parameters, which have a table."""
    before, _, rest = entry.documentation.partition("\nArgs:\n")
    told = before + rest[rest.find("\n\n") :] if "\n\n" in rest else before
    base = "Activation" if entry.kind == "activation" else "Loss"
    methods = f"Its methods are those of :py:class:`~softgrad.contracts.{base}`."
    return page("\n".join(as_restructured_text(told.splitlines())), methods)


def _drawing(entry: Entry) -> str:
    if entry.kind == "activation":
        return drawing(curves.of_activation(ACTIVATIONS[entry.name]), entry.name)
    return drawing(curves.of_loss(LOSSES[entry.name]), entry.name)


def _facts(entry: Entry) -> Iterator[tuple[str, str]]:
    yield ("Gives" if entry.kind == "activation" else "Is defined on"), plain(entry.domain)
    yield "Kinks", *as_restructured_text([kinks(entry)])
    for title, value in entry.facts.items():
        yield title.capitalize(), plain(value)
    others = [code(name) for name, meant in OTHER_NAMES.items() if meant[:1] == (entry.name,)]
    if others:
        yield "Also called", ", ".join(others)


def kinks(entry: Entry) -> str:
    """What the docstring says of them; where it says nothing there are none."""
    said = _ABOUT_KINKS.findall(" ".join(entry.documentation.split()).partition(" Args:")[0])
    if said:
        return ". ".join(one.strip()[0].upper() + one.strip()[1:] for one in said) + "."
    exact = entry.facts.get("derivative", "exact") == "exact"
    return "None." if exact else "Piecewise constant; the derivative is a surrogate."


def _parameters(entry: Entry) -> Iterator[str]:
    if not entry.hyper_parameters:
        return
    told = dict(_arguments(entry.documentation))
    rows = [
        (
            code(name),
            code(str(about["default"])),
            plain(about["range"] or "a choice"),
            *as_restructured_text([told.get(name, "")]),
        )
        for name, about in entry.hyper_parameters.items()
    ]
    yield heading("Hyper-parameters", "-")
    yield table(("name", "default", "range", "meaning"), rows)


def _arguments(documentation: str) -> Iterator[tuple[str, str]]:
    section = documentation.partition("\nArgs:\n")[2].partition("\n\n")[0]
    for match in _ARGUMENT.finditer(section):
        for name in match["names"].split(", "):
            yield name, " ".join(match["text"].split())


def _example(entry: Entry) -> Iterator[str]:
    """A call with what it gives, computed while the page is written."""
    if entry.kind != "activation" or ACTIVATIONS[entry.name].noisy:
        return
    made = getattr(softgrad, entry.name)
    z = np.array([1.0, 2.0, -0.5])
    with np.printoptions(precision=4, suppress=True):
        lines = [
            ">>> import numpy as np",
            ">>> import softgrad as sg",
            ">>> z = np.array([1.0, 2.0, -0.5])",
            f">>> sg.{entry.name}(z).round(4)",
            repr(made(z).round(4)),
            f">>> np.asarray(sg.{entry.name}.jacobian(z)).round(4)",
            repr(np.asarray(made.jacobian(z)).round(4)),
        ]
    yield heading("Example", "-")
    yield block("code-block:: pycon", "\n".join(lines))


def _partners(entry: Entry) -> str:
    other = _OTHER[entry.kind]
    return ", ".join(page_link(name, path(other, name)) for name in entry.partners()) + "."
