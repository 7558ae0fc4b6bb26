"""`softgrad boost`: what other losses and other curvatures do for a booster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Annotated

import numpy as np
import typer

from softgrad.cli.failure import need
from softgrad.cli.terminal import console, plain_table, tell

FAST_SEEDS, FAST_ROUNDS, FAST_DATA = 1, 60, ("wine",)


class Library(StrEnum):
    """The libraries that the experiment trains with."""

    XGBOOST = "xgboost"
    LIGHTGBM = "lightgbm"


class Table(StrEnum):
    """The tables, in the order in which they are drawn."""

    LOSSES = "losses"
    NOISE = "noise"
    CURVATURES = "curvatures"


def boost(
    table: Annotated[Table | None, typer.Argument(help="One table; all where left out.")] = None,
    library: Annotated[Library, typer.Option(help="What trains the trees.")] = Library.XGBOOST,
    seeds: Annotated[int, typer.Option(min=1, help="How many splits of the rows.")] = 3,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds at most.")] = 300,
    fast: Annotated[
        bool,
        typer.Option("--fast", help=f"One split, {FAST_ROUNDS} rounds and wine: a first look."),
    ] = False,
) -> None:
    """Train boosters on their own loss, on wrong labels and with every curvature; print tables."""
    for module in ("sklearn", library.value):
        need(module)
    if fast:
        seeds, rounds = FAST_SEEDS, FAST_ROUNDS
    data = FAST_DATA if fast else None
    draw: dict[Table, Callable[[str, int, int, Sequence[str] | None], None]] = {
        Table.LOSSES: _losses,
        Table.NOISE: _noise,
        Table.CURVATURES: _curvatures,
    }
    for one in Table if table is None else (table,):
        draw[one](library.value, seeds, rounds, data)


def _losses(library: str, seeds: int, rounds: int, data: Sequence[str] | None) -> None:
    from softgrad.evidence.experiments.boosting_losses import BASELINE, DATA, own_losses

    tell(
        f"held-out loss with {library}, {seeds} splits: trained on it, and on {BASELINE}; "
        "the difference with its standard error"
    )
    out, table = console(), plain_table()
    table.add_column("data", style="cyan")
    table.add_column("loss", style="cyan")
    for name in ("trained on it", f"trained on {BASELINE}", "difference"):
        table.add_column(name, justify="right")
    with out.status("training") as status:
        for one in own_losses(
            library, data=data or DATA, seeds=seeds, rounds=rounds, finished=status.update
        ):
            own, base = np.array(one.trained), np.array(one.baseline)
            gaps = own - base
            error = f" ± {gaps.std(ddof=1) / seeds**0.5:.4f}" if seeds > 1 else ""
            table.add_row(
                one.data,
                one.goal,
                f"{own.mean():.4f}",
                f"{base.mean():.4f}",
                f"{gaps.mean():+.4f}{error}",
            )
    out.print(table)


def _noise(library: str, seeds: int, rounds: int, data: Sequence[str] | None) -> None:
    from softgrad.evidence.experiments.boosting_losses import BASELINE, NOISY_DATA, noisy_accuracies

    tell(f"held-out accuracy with {library}, 40 % of the training labels replaced, {seeds} splits")
    out, table = console(), plain_table()
    table.add_column("data", style="cyan")
    table.add_column("loss", style="cyan")
    table.add_column("accuracy, %", justify="right")
    table.add_column(f"against {BASELINE}", justify="right")
    base = 0.0
    with out.status("training") as status:
        for one in noisy_accuracies(
            library, data=data or NOISY_DATA, seeds=seeds, rounds=rounds, finished=status.update
        ):
            mean = 100 * float(np.mean(one.accuracies))
            base = mean if one.goal == BASELINE else base
            spread = f" ± {100 * np.std(one.accuracies, ddof=1):.1f}" if seeds > 1 else ""
            gap = "" if one.goal == BASELINE else f"{mean - base:+.1f}"
            table.add_row(one.data, one.goal, f"{mean:.1f}{spread}", gap)
    out.print(table)


def _curvatures(library: str, seeds: int, rounds: int, data: Sequence[str] | None) -> None:
    from softgrad.evidence.experiments.boosting_curvatures import outcomes, summaries
    from softgrad.evidence.experiments.boosting_losses import DATA

    tell(f"curvatures with {library}: held-out loss above the best curvature's, {seeds} splits")
    out, table = console(), plain_table()
    table.add_column("curvature", style="cyan")
    for name in ("mean excess, %", "worst excess, %", "rounds"):
        table.add_column(name, justify="right")
    with out.status("training") as status:
        found = outcomes(
            library, data=data or DATA, seeds=seeds, rounds=rounds, finished=status.update
        )
    for one in summaries(found):
        excess = (f"{100 * one.excess:.1f}", f"{100 * one.worst:.0f}")
        table.add_row(one.curvature, *excess, f"{one.rounds:.0f}")
    out.print(table)
