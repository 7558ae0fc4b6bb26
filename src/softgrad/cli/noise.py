"""`softgrad noise`: which heads survive wrong labels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from softgrad.cli.failure import CommandError, need
from softgrad.cli.output_files import check_outputs
from softgrad.cli.terminal import console, plain_table, say, tell

FAST_EPOCHS = 40


def noise(
    probability: Annotated[
        float, typer.Option(help="Of a training label being replaced at random.")
    ] = 0.4,
    seeds: Annotated[int, typer.Option(min=1, help="How many repetitions.")] = 3,
    epochs: Annotated[int, typer.Option(min=1, help="How often each row is seen.")] = 100,
    fast: Annotated[
        bool, typer.Option("--fast", help=f"One seed and {FAST_EPOCHS} epochs: a first look.")
    ] = False,
    picture: Annotated[Path, typer.Option(help="Where the picture goes.")] = Path(
        "softgrad-label-noise.png"
    ),
) -> None:
    """Train digits with many wrong labels under seven losses; print and draw who still learns."""
    if not 0.0 <= probability <= 1.0:
        raise CommandError(f"--probability {probability:g}: expected a number from 0 to 1")
    for module in ("sklearn", "threadpoolctl"):
        need(module)
    check_outputs({"picture": picture})

    from softgrad.evidence.experiments.label_noise import (
        BASELINE,
        Head,
        by_mean,
        default_heads,
        label_noise,
    )
    from softgrad.pictures import label_noise_chart, save

    seeds, epochs = (1, FAST_EPOCHS) if fast else (seeds, epochs)
    out = console()
    heads = default_heads()
    tell(
        f"digits, {100 * probability:g} % of the training labels replaced at random; network "
        f"64-128-10, Adam, {epochs} epochs; {len(heads)} heads × {seeds} seeds"
    )
    with out.status("training") as status:

        def finished(head: Head, seed: int, accuracy: float) -> None:
            status.update(f"seed {seed}, {head.name}: {100 * accuracy:.1f} %")

        results = label_noise(
            heads=heads, probability=probability, seeds=seeds, epochs=epochs, finished=finished
        )
    base = next(result for result in results if result.head.name == BASELINE)
    table = plain_table()
    table.add_column("head", style="cyan")
    table.add_column("held-out accuracy, %", justify="right")
    table.add_column(f"against {BASELINE}", justify="right")
    for result in by_mean(results):
        spread = f" ± {100 * result.deviation:.1f}" if seeds > 1 else ""
        gap = "" if result is base else f"{100 * result.gap(base):+.1f}"
        table.add_row(result.head.name, f"{100 * result.mean:.1f}{spread}", gap)
    out.print(table)
    accuracies = {result.head.name: result.accuracies for result in results}
    save(label_noise_chart(accuracies, baseline=BASELINE, probability=probability), picture)
    say(f"picture: {picture}")
