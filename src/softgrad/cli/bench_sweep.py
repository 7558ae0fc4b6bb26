"""`softgrad bench --sweep`: every activation and every pair, row by row, to be gone on with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from softgrad.cli.bench_tables import milliseconds
from softgrad.cli.failure import CommandError
from softgrad.cli.output_files import write_json
from softgrad.cli.terminal import say

if TYPE_CHECKING:
    from softgrad.evidence.speed import Effort, Work

#: About how long a row takes where nothing else runs, most of it compiling the peer.
SECONDS_A_ROW = 5
NEAREST = 10
#: What rows of one file must have in common.
_SAME = ("processor", "threads", "instruction set")
#: A row that reaches so much of a copy's speed is as fast as the memory.
_AS_FAST_AS_MEMORY = 0.7

Data = dict[str, Any]


def sweep(
    works: Sequence[Work], effort: Effort, here: dict[str, str], json_file: Path | None
) -> None:
    """Measure what the file does not have yet, print each row as it comes, and then the order."""
    from softgrad.evidence.speed import measure
    from softgrad.evidence.speed.sweep import TEXTBOOK, why_no_formula

    if TEXTBOOK.missing():
        raise CommandError("--sweep: needs torch, which is not installed")
    rows = _kept(json_file, here)
    reasons = {work.name: why_no_formula(work.task) for work in works}
    left = [work for work in works if work.name not in rows and reasons[work.name] is None]
    say(f"{len(left)} of {len(works)} rows to measure, about {_duration(len(left))}")
    try:
        for row in measure(left, [TEXTBOOK], effort):
            rows[row.work.name] = row.as_data()
            say(_line(rows[row.work.name]))
            if json_file is not None:
                _write(json_file, here, rows)
    finally:  # interrupted, the order of the rows so far is shown
        chosen = [rows[work.name] for work in works if work.name in rows]
        for line in _order(chosen):
            say(line)
        for name, reason in reasons.items():
            if reason is not None:
                say(f"not measured: {name}: {reason}", "dim")
        if json_file is not None:
            write_json(json_file, _text(here, rows))


def _kept(json_file: Path | None, here: dict[str, str]) -> dict[str, Data]:
    """The rows that the file has, by name."""
    if json_file is None or not json_file.exists():
        return {}
    try:
        data: Data = json.loads(json_file.read_text(encoding="utf-8"))
        rows: dict[str, Data] = {row["name"]: row for row in data["rows"]}
        machine: dict[str, str] = data["machine"]
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(f"--json {json_file}: not a file of rows: {error}") from None
    for what in _SAME:
        if machine.get(what) != here[what]:
            raise CommandError(
                f"--json {json_file}: its rows were measured with {what} {machine.get(what)}, "
                f"and here it is {here[what]}; name another file"
            )
    return rows


def _text(here: dict[str, str], rows: dict[str, Data]) -> str:
    return json.dumps({"machine": here, "rows": list(rows.values())}, indent=2)


def _write(json_file: Path, here: dict[str, str], rows: dict[str, Data]) -> None:
    """Without a word, after each row: what is measured survives whatever comes."""
    from softgrad.files import write_file

    write_file(json_file, f"{_text(here, rows)}\n".encode())


def _order(rows: Sequence[Data]) -> Iterator[str]:
    """All rows by ratio, who is behind, the nearest with what limits them, and who is missing."""
    judged = sorted((row for row in rows if row["ratio"] is not None), key=lambda r: r["ratio"])
    behind = [row for row in judged if row["ratio"] < 1.0]
    nearest = judged[len(behind) :][:NEAREST]
    yield "\nall rows, the smallest ratio first: ratio, softgrad ms, torch.compile ms, of copy"
    yield from map(_line, judged)
    yield f"\n{len(behind)} of {len(judged)} rows behind torch.compile"
    yield from (f"behind: {_line(row)}; {_limit(row)}" for row in behind)
    yield "\nthe nearest of those ahead"
    yield from (f"near: {_line(row)}; {_limit(row)}" for row in nearest)
    for row in rows:
        for reason in row["left_out"].values():
            yield f"not compared: {row['name']}: {reason}"


def _line(row: Data) -> str:
    seconds = row["seconds"]
    own, peer = seconds["softgrad"], seconds.get("torch.compile")
    ratio = "  none" if peer is None else f"{row['ratio']:5.2f}x"
    theirs = "" if peer is None else milliseconds(peer)
    share = f"{row['share_of_copy']:.2f}"
    return f"{ratio} {milliseconds(own):>8s} {theirs:>8s} {share:>5s}  {row['name']}"


def _limit(row: Data) -> str:
    """What keeps a row from being faster, as far as its numbers tell."""
    if row["share_of_copy"] >= _AS_FAST_AS_MEMORY:
        return "memory"
    return row["path"].split(",")[0]


def _duration(rows: int) -> str:
    minutes = rows * SECONDS_A_ROW / 60
    return f"{minutes:.0f} minutes" if minutes < 90 else f"{minutes / 60:.1f} hours"
