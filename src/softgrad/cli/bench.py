"""`softgrad bench`: speed beside the libraries that are here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from softgrad.cli.bench_tables import (
    FOOTNOTE,
    each_peer_table,
    left_out_lines,
    main_table,
    shape_text,
    summary,
)
from softgrad.cli.failure import CommandError
from softgrad.cli.output_files import check_outputs, write_json
from softgrad.cli.terminal import console, say, tell
from softgrad.error_words import did_you_mean

if TYPE_CHECKING:
    from softgrad.evidence.speed import Effort, Peer, Row, Work

REPEATS, SWEEP_REPEATS, QUICK_REPEATS = 20, 6, 3
PATIENCE, SWEEP_PATIENCE, QUICK_PATIENCE = 2.0, 0.5, 0.1
#: Seconds that the turns of a row take at the most, or little more, so that all rows take minutes.
BUDGET = 4.0


def bench(
    quick: Annotated[
        bool, typer.Option("--quick", help="Fewer rows and repeats: a first look.")
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Only works with this in their name, such as 'focal' or '8192x1000'."),
    ] = None,
    peers: Annotated[
        str | None,
        typer.Option(help="Names with commas, or 'none'; without it, all that are installed."),
    ] = None,
    every: Annotated[
        bool,
        typer.Option(
            "--sweep", help="Every activation and pair beside torch.compile: hours, resumable."
        ),
    ] = False,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Of softgrad and each peer that can be told.")
    ] = None,
    repeats: Annotated[
        int | None, typer.Option(min=1, help="How many turns each call has; the best time counts.")
    ] = None,
    each: Annotated[
        bool, typer.Option("--each", help="Print the time of each peer, not only the best.")
    ] = False,
    json_file: Annotated[
        Path | None,
        typer.Option(
            "--json", help="Where the results go as JSON, beside what is shown; a sweep goes on."
        ),
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Where a picture goes: bytes a second beside a copy.")
    ] = None,
) -> None:
    """Time values and derivatives beside other libraries, each result checked first."""
    if every and (peers is not None or picture is not None or each):
        raise CommandError(
            "--sweep has one peer and no picture: not with --peers, --each, --picture"
        )
    chosen_works = _choose_works(only or [], quick, every)
    chosen_peers = _choose_peers(peers, quick)
    check_outputs({"JSON file": json_file, "picture": picture})

    from softgrad.evidence.speed import Effort, machine, thread_limit

    usual = (
        (QUICK_REPEATS, QUICK_PATIENCE)
        if quick
        else (SWEEP_REPEATS, SWEEP_PATIENCE)
        if every
        else (REPEATS, PATIENCE)
    )
    budget = BUDGET if repeats is None else inf
    effort = Effort(repeats=repeats or usual[0], patience=usual[1], budget=budget)
    if every:
        with thread_limit(threads):
            _sweep(chosen_works, effort, json_file)
        return
    rows: list[Row] = []
    with thread_limit(threads):
        here = machine(chosen_peers)
        tell(_header(here, chosen_peers))
        try:
            _measure(chosen_works, chosen_peers, effort, rows)
        finally:  # interrupted, the rows so far are shown and kept
            _print(rows, each=each, quick=quick)
            if len(rows) < len(chosen_works):
                say(f"stopped after {len(rows)} of {len(chosen_works)} works")
            if json_file is not None:
                data = {"machine": here, "rows": [row.as_data() for row in rows]}
                write_json(json_file, json.dumps(data, indent=2))
            if picture is not None and rows:
                _draw(rows, picture)


def _sweep(works: Sequence[Work], effort: Effort, json_file: Path | None) -> None:
    from softgrad.cli.bench_sweep import sweep
    from softgrad.evidence.speed import machine
    from softgrad.evidence.speed.sweep import TEXTBOOK

    here = machine([TEXTBOOK])
    say(_header(here, [TEXTBOOK]))
    sweep(works, effort, here, json_file)


def _choose_works(patterns: list[str], quick: bool, every: bool) -> tuple[Work, ...]:
    from softgrad.evidence.speed import all_works, matching
    from softgrad.evidence.speed import quick as with_fewer_rows
    from softgrad.evidence.speed.sweep import sweep_works

    works = sweep_works() if every else all_works()
    works = tuple(map(with_fewer_rows, works)) if quick else works
    for pattern in patterns:
        if not matching(works, [pattern]):
            titles = list(dict.fromkeys(work.title for work in works))
            raise CommandError(
                f"--only {pattern}: no work has this in its name; {did_you_mean(pattern, titles)}"
            )
    return matching(works, patterns)


def _choose_peers(names: str | None, quick: bool) -> list[Peer]:
    from softgrad.evidence.speed import known_peers

    known = known_peers()
    if names is None:
        here = [peer for peer in known.values() if not peer.missing()]
        return [peer for peer in here if peer.starts_quickly or not quick]
    if names.strip() == "none":
        return []
    wanted = list(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    if not wanted:
        raise CommandError(f"--peers: expected names or 'none'; known: {', '.join(known)}")
    for name in wanted:
        if name not in known:
            raise CommandError(f"--peers {name}: no such peer; {did_you_mean(name, list(known))}")
        if missing := known[name].missing():
            raise CommandError(f"--peers {name}: needs {missing[0]}, which is not installed")
    return [known[name] for name in wanted]


def _header(here: dict[str, str], peers: Sequence[Peer]) -> str:
    names = ", ".join(peer.name for peer in peers) or "no peers"
    kernels = here["kernels"]
    if here["instruction set"] != "none":
        kernels += f", {here['instruction set']}"
    threads = f"{here['threads']} thread{'s' if here['threads'] != '1' else ''}"
    return (
        f"softgrad {here['softgrad']} (kernels: {kernels}) beside {names}; "
        f"{threads}, {here['processor']}"
    )


def _measure(works: Sequence[Work], peers: Sequence[Peer], effort: Effort, rows: list[Row]) -> None:
    """Append a row for each work as it is done, with progress where somebody is watching."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from softgrad.evidence.speed import measure

    out = console()
    with Progress(
        BarColumn(24),
        MofNCompleteColumn(),
        TextColumn("{task.description}", markup=False),
        console=out,
        transient=True,
        disable=not out.is_terminal,
    ) as progress:
        doing = progress.add_task("", total=len(works))

        def note(text: str) -> None:
            progress.update(doing, description=text)

        for row in measure(works, peers, effort, note=note):
            rows.append(row)  # what was appended stays when this is interrupted
            progress.advance(doing)


def _print(rows: list[Row], *, each: bool, quick: bool) -> None:
    if not rows:
        return
    # Goals are meant for more rows than a quick look has.
    console().print(main_table(rows, with_goals=not quick))
    if each:
        console().print(each_peer_table(rows))
    for line in left_out_lines(rows):
        say(line)
    say(FOOTNOTE, "dim")
    say(summary(rows, with_goals=not quick))


def _draw(rows: list[Row], picture: Path) -> None:
    from softgrad.pictures import Speeds, roofline, save

    speeds = [
        Speeds(
            title=row.work.title,
            label=f"{shape_text(row.work.shape)}  {row.work.dtype} {row.work.order}",
            copy=row.traffic / row.times.copy,
            libraries={name: row.traffic / seconds for name, seconds in row.seconds.items()},
        )
        for row in rows
    ]
    save(roofline(speeds), picture)
    say(f"picture: {picture}")
