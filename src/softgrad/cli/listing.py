"""`softgrad list`: the catalogue, its hyper-parameters, and which pairs compose."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from softgrad import catalogue
from softgrad.cli.entries import Entry, entries, pair_table
from softgrad.cli.failure import CommandError
from softgrad.cli.importing import Imports
from softgrad.cli.output_files import JsonFile, check_outputs, json_text, write_json
from softgrad.cli.terminal import as_text, console, matrix_tables, plain_table
from softgrad.other_names import meant_by

_PARTS = ("activations", "losses", "pairs")


def listing(
    what: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="A name, or activations, losses or pairs."),
    ] = None,
    imports: Imports = None,
    json_file: JsonFile = None,
) -> None:
    """Activations, losses and the pairs that compose; with a NAME, that one in detail."""
    check_outputs({"JSON file": json_file})
    if what is None:
        _show_names()
    elif what in _PARTS:
        _show_part(what)
    else:
        _show_entry(_find(what))
    if json_file is not None:
        write_json(json_file, json_text(_as_data(what)))


def _as_data(what: str | None) -> dict[str, Any]:
    if what is None or what in _PARTS:
        return {part: _part_as_json(part) for part in (_PARTS if what is None else (what,))}
    entry = _find(what)
    return entry.as_json() | {"pairs_with": entry.partners()}


def _show_names() -> None:
    """All names on a screen, and how to see more."""
    out = console()
    for kind, table in (("activations", catalogue.ACTIVATIONS), ("losses", catalogue.LOSSES)):
        out.print(f"[bold]{len(table)} {kind}[/bold]")
        out.print(as_text(" ".join(table)), style="cyan")
        out.print()
    pairs = sum(map(len, pair_table().values()))
    out.print(
        as_text(
            f"{pairs} pairs of them compose. softgrad list NAME tells all about one; softgrad list "
            "activations, losses or pairs are tables."
        )
    )


def _find(what: str) -> Entry:
    name = what.replace("-", "_")
    known = {entry.name: entry for kind in ("activation", "loss") for entry in entries(kind)}
    if name not in known:
        raise CommandError(f"no activation or loss is called {what!r}; " + _hint(what, [*known]))
    return known[name]


def _hint(what: str, names: list[str]) -> str:
    close = meant_by(what, [*names, *_PARTS])
    return f"did you mean {' or '.join(close)}?" if close else "`softgrad list` shows all names"


def _part_as_json(part: str) -> Any:
    if part == "pairs":
        return pair_table()
    return [entry.as_json() for entry in entries(_kind(part))]


def _kind(part: str) -> str:
    return "activation" if part == "activations" else "loss"


def _show_part(part: str) -> None:
    if part == "pairs":
        _show_pairs()
        return
    kind = _kind(part)
    found = entries(kind)
    table = plain_table()
    if kind == "loss":
        table.add_column("no.", justify="right", style="dim")
    table.add_column("name", style="cyan", no_wrap=True)
    table.add_column("formula", overflow="fold")
    table.add_column("gives" if kind == "activation" else "is defined on")
    table.add_column("hyper-parameters", overflow="fold")
    for number, entry in enumerate(found, 1):
        cells = (entry.name, entry.formula, entry.short_domain, entry.parameters)
        table.add_row(*([str(number)] if kind == "loss" else []), *map(as_text, cells))
    out = console()
    out.print(f"[bold]{len(found)} {part}[/bold]")
    out.print(table)


def _show_pairs() -> None:
    out = console()
    pairs = {(a, b) for a, partners in pair_table().items() for b in partners}
    losses, rows = list(catalogue.LOSSES), list(catalogue.ACTIVATIONS)
    numbers = [str(number) for number in range(1, len(losses) + 1)]
    cells = [["●" if (a, b) in pairs else "·" for b in losses] for a in rows]
    out.print(f"[bold]{len(pairs)} pairs compose[/bold]: ● in the column of the loss's number")
    for table in matrix_tables("activation", rows, numbers, cells, out.width):
        out.print(table)
    named = ", ".join(f"{i} {name}" for i, name in zip(numbers, losses, strict=True))
    out.print(as_text(f"losses: {named}"))


def _show_entry(entry: Entry) -> None:
    from rich.table import Table

    out = console()
    out.print(f"[bold cyan]{entry.name}[/bold cyan]  {entry.kind}, {entry.class_path}\n")
    out.print(as_text(entry.reflowed))
    table = Table.grid(padding=(0, 3))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column()
    facts = {
        "gives" if entry.kind == "activation" else "is defined on": entry.domain,
        "hyper-parameters": entry.parameters or "none",
        **entry.facts,
        "pairs with": ", ".join(entry.partners()) or "nothing",
    }
    for title, value in facts.items():
        table.add_row(title, as_text(value))
    out.print()
    out.print(table)
