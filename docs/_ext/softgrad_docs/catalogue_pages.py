"""The pages over the whole catalogue: a table of each kind, and which pairs compose."""

from __future__ import annotations

from html import escape

from softgrad.catalogue import ACTIVATIONS, LOSSES
from softgrad.cli.entries import entries, pair_table
from softgrad_docs.entry_page import FOLDERS, path
from softgrad_docs.formula import formula
from softgrad_docs.restructured import block, code, heading, page, page_link, plain, table

_TITLES = {"activation": "Activations", "loss": "Losses"}


def table_of(kind: str) -> str:
    """Every activation or loss with its formula, and the list of their pages."""
    rows = []
    for entry in entries(kind):
        tex = formula(entry.documentation, list(entry.hyper_parameters))
        opening = f":math:`{tex}`" if tex else plain(entry.formula)
        parameters = [code(f"{n}={a['default']}") for n, a in entry.hyper_parameters.items()]
        link = page_link(entry.name, path(kind, entry.name))
        rows.append((link, opening, plain(entry.short_domain), ", ".join(parameters)))
    gives = "gives" if kind == "activation" else "is defined on"
    names = "\n".join(entry.name for entry in entries(kind))
    return page(
        heading(_TITLES[kind]),
        f"The {len(rows)} of the catalogue. Each page has the formula, curves of value and "
        "derivatives, and what the entry fits.",
        table(("name", "formula", gives, "hyper-parameters"), rows),
        block("toctree::", names, hidden=""),
    )


def table_of_pairs() -> str:
    """A cell for every activation and loss, marked where they compose."""
    pairs = {(a, b) for a, losses in pair_table().items() for b in losses}
    heads = "".join(
        f'<th scope="col"><a href="{_from_reference("loss", name)}">{escape(name)}</a></th>'
        for name in LOSSES
    )
    rows = [_row(name, pairs) for name in ACTIVATIONS]
    grid = (
        '<div class="pairs" tabindex="0" role="region" aria-label="Pairs that compose"><table>'
        f"<thead><tr><td></td>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
    return page(
        heading("Pairs"),
        f"{len(pairs)} pairs of an activation and a loss compose, of {len(ACTIVATIONS)} x "
        f"{len(LOSSES)}: those in which what the activation gives lies where the loss is defined.",
        block("raw:: html", grid),
    )


def _row(activation: str, pairs: set[tuple[str, str]]) -> str:
    cells = []
    for loss in LOSSES:
        fits = (activation, loss) in pairs
        told = f"{activation} x {loss}: {'composes' if fits else 'does not compose'}"
        mark = "●" if fits else "·"
        cells.append(f'<td class="{"fits" if fits else ""}" title="{told}">{mark}</td>')
    link = f'<a href="{_from_reference("activation", activation)}">{escape(activation)}</a>'
    return f'<tr><th scope="row">{link}</th>{"".join(cells)}</tr>'


def _from_reference(kind: str, name: str) -> str:
    return f"{FOLDERS[kind].removeprefix('reference/')}/{name}.html"
