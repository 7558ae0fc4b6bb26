"""`softgrad derive`: outputs, Jacobian, gradient and Hessian at given logits, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from softgrad.cli.failure import CommandError
from softgrad.cli.importing import Imports
from softgrad.cli.numbers import parse_numbers, shown
from softgrad.cli.output_files import JsonFile, check_outputs, json_text, write_json
from softgrad.cli.selection import SPELLING, select_activation, select_loss
from softgrad.cli.terminal import console, matrix_tables, plain_table, say
from softgrad.contracts import Activation, RowLoss
from softgrad.layer import OutputLayer

OUTPUT_BY_INPUT = "Jacobian: the derivative of output i by input j"
INPUT_BY_INPUT = "Hessian: the second derivative of the loss by inputs i and j"


@dataclass(frozen=True, kw_only=True)
class Derivatives:
    """What `derive` shows for one row of logits; the loss's part is None without a loss."""

    activation: Activation
    logits: np.ndarray
    output: np.ndarray
    jacobian: np.ndarray
    loss: RowLoss | None = None
    target: np.ndarray | None = None
    value: float | None = None
    gradient: np.ndarray | None = None
    hessian: np.ndarray | None = None


def derive(
    context: typer.Context,
    logits: Annotated[list[str], typer.Argument(help="Logits: numbers, -inf for never.")],
    activation: Annotated[str, typer.Option(help=SPELLING + ".")] = "softmax",
    loss: Annotated[str | None, typer.Option(help="Also derive this loss.")] = None,
    target: Annotated[
        str | None, typer.Option(help="A label such as 2, or a number an entry: 0.1,0.2,0.7.")
    ] = None,
    imports: Imports = None,
    second: Annotated[bool, typer.Option("--second", help="Also show the Hessian.")] = False,
    picture: Annotated[Path | None, typer.Option(help="Draw the matrices to this file.")] = None,
    digits: Annotated[int, typer.Option(min=1, max=17, help="Decimals to show.")] = 6,
    json_file: JsonFile = None,
) -> None:
    """Outputs and Jacobian at the given logits, as tables that name each cell's i and j.

    Example: softgrad derive 1 2 3 --loss squared-error --target 2 --second

    Without --target, a loss that takes a label is derived for label 0.
    """
    options = [name for parameter in context.command.params for name in parameter.opts]
    z = np.asarray(parse_numbers(logits, "LOGITS", [o for o in options if o.startswith("--")]))
    check_outputs({"picture": picture, "JSON file": json_file})
    found = _differentiate(select_activation(activation), z, loss, target, second=second)
    _show(found, digits)
    if loss is not None and target is None:
        say("the target is label 0, since none was given: --target K is another", "dim")
    if json_file is not None:
        write_json(json_file, json_text(_as_data(found)))
    if picture is not None:
        _draw(found, picture, digits)


def _differentiate(
    activation: Activation, z: np.ndarray, loss: str | None, target: str | None, *, second: bool
) -> Derivatives:
    if loss is None and (second or target is not None):
        raise CommandError(f"{'--second' if second else '--target'} needs --loss NAME")
    output, jacobian = activation.linearize(z)
    common: dict[str, Any] = {
        "activation": activation,
        "logits": z,
        "output": np.asarray(output),
        "jacobian": jacobian.to_dense(),
    }
    if loss is None:
        return Derivatives(**common)
    chosen = select_loss(loss)
    if target is None and chosen.target_kind in ("row", "bounds"):
        raise CommandError("--loss needs --target: a number such as 1.5, or bounds such as 1,2")
    layer = OutputLayer(activation, chosen)
    goal = _target(target or "0", len(z), chosen)
    value, gradient = layer.value_and_gradient(z, goal)
    return Derivatives(
        **common,
        loss=chosen,
        target=goal,
        value=float(value),
        gradient=np.asarray(gradient),
        hessian=layer.hessian(z, goal).to_dense() if second else None,
    )


def _target(text: str, n: int, loss: RowLoss) -> np.ndarray:
    """A lone whole number is a label where there are labels; numbers, as many as logits, entries.

    A loss of one observation a row takes one number, as a single logit does, one of bounds two.
    """
    numbers = parse_numbers([text], "--target")
    if loss.target_kind == "row" and len(numbers) == 1:
        return np.asarray(numbers[0])
    if loss.target_kind == "bounds":
        if len(numbers) != 2:
            raise CommandError(f"--target {text}: expected a lower and an upper bound, such as 1,2")
        return np.asarray(numbers)
    if len(numbers) == n:
        return np.asarray(numbers)
    if len(numbers) == 1 and numbers[0].is_integer():
        return np.asarray(int(numbers[0]))
    raise CommandError(
        f"--target {text}: expected a label from 0 to {n - 1}, or {n} numbers with commas "
        f"(one an entry); got {len(numbers)}"
    )


def _as_data(found: Derivatives) -> dict[str, Any]:
    result: dict[str, Any] = {
        "activation": repr(found.activation),
        "logits": found.logits.tolist(),
        "output": found.output.tolist(),
        "jacobian": found.jacobian.tolist(),
    }
    if found.loss is not None and found.target is not None and found.gradient is not None:
        result |= {
            "loss": repr(found.loss),
            "target": found.target.astype(float).tolist(),
            "value": found.value,
            "gradient": found.gradient.tolist(),
        }
    if found.hessian is not None:
        result["hessian"] = found.hessian.tolist()
    return result


def _show(found: Derivatives, digits: int) -> None:
    out = console()
    out.print(f"[bold]{found.activation!r}[/bold]")
    table = plain_table()
    table.add_column("j", style="cyan", justify="right")
    columns: list[tuple[str, np.ndarray]] = [
        ("input z_j", found.logits),
        ("output r_j", found.output),
    ]
    if found.gradient is not None:
        columns.append(("dL / dz_j", found.gradient))
    for title, _ in columns:
        table.add_column(title, justify="right")
    for j in range(len(found.logits)):
        numbers = (shown(float(values[j]), digits) for _, values in columns[1:])
        table.add_row(str(j), f"{found.logits[j]:.15g}", *numbers)
    out.print(table)
    _show_matrix(out, OUTPUT_BY_INPUT, "output", found.jacobian, digits)
    if found.loss is not None and found.value is not None:
        out.print(f"[bold]{found.loss!r}[/bold] with target {_spelled(found.target)}")
        out.print(f"L = {shown(found.value, digits)}   (its gradient is in the first table)\n")
    if found.hessian is not None:
        _show_matrix(out, INPUT_BY_INPUT, "by input", found.hessian, digits)


def _spelled(target: np.ndarray | None) -> str:
    if target is None:
        return "none"
    return f"{target}" if target.ndim == 0 else ", ".join(f"{t:g}" for t in target)


def _show_matrix(out: Any, title: str, row: str, matrix: np.ndarray, digits: int) -> None:
    from softgrad.pictures.numbers import row_sums

    n = matrix.shape[-1]
    sums = row_sums(matrix)
    out.print(f"[bold]{title}[/bold]")
    for table in matrix_tables(
        "",
        [f"{row} i={i}" for i in range(n)],
        [f"by input j={j}" for j in range(n)],
        [[shown(float(x), digits) for x in line] for line in matrix],
        out.width,
        last=("row sum", [shown(total, digits) for total in sums]),
    ):
        out.print(table)


def _draw(found: Derivatives, path: Path, decimals: int) -> None:
    from softgrad.pictures import matrix_heatmaps, save

    at = ", ".join(f"{x:.4g}" for x in found.logits[:6]) + (
        ", ..." if len(found.logits) > 6 else ""
    )
    panels = [(f"Jacobian of {found.activation.name}", "output", found.jacobian)]
    if found.hessian is not None and found.loss is not None:
        panels.append((f"Hessian with {found.loss.name}", "input", found.hessian))
    written = save(matrix_heatmaps(panels, title=f"z = ({at})", decimals=min(decimals, 4)), path)
    typer.echo(f"picture: {written}", err=True)
