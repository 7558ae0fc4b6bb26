"""Accuracy and speed, from the files that `softgrad accuracy --json` and `bench --json` wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from speed_table import line, measured_on, summary

from softgrad_docs.restructured import heading, page, page_link, plain, table

MEASURED = Path(__file__).parents[2] / "measured"
_PEERS = {"torch": "PyTorch", "jax": "JAX", "scipy": "SciPy"}


def accuracy_page() -> str:
    rows = json.loads((MEASURED / "accuracy.json").read_text(encoding="utf-8"))
    met = sum(row["errors"]["softgrad"] <= row["goal"] for row in rows)
    return page(
        heading("Accuracy"),
        "The largest error in units in the last place, against 50 digits, beside the libraries "
        f"that have the same function. {met} of {len(rows)} goals are met. How it is measured, and "
        f"where it is less exact: {page_link('accuracy, measured', 'accuracy')}.",
        *(_accuracy(kind, rows) for kind in ("float64", "float32")),
    )


def _accuracy(dtype: str, rows: list[dict[str, Any]]) -> str:
    cells = [
        (
            plain(row["quantity"]),
            plain(row["family"]),
            f"{row['goal']:g}",
            *(_error(row["errors"].get(name)) for name in ("softgrad", *_PEERS)),
        )
        for row in rows
        if row["dtype"] == dtype
    ]
    headers = ("quantity", "logits", "goal", "softgrad", *_PEERS.values())
    return page(heading(dtype, "-"), table(headers, cells, kind="numbers")).rstrip()


def _error(ulp: float | None) -> str:
    if ulp is None:
        return ""
    return f"{ulp:.1f}" if ulp < 1000 else f"{ulp:.0e}".replace("e+0", "e").replace("e+", "e")


def speed_page() -> str:
    files = sorted(MEASURED.glob("speed-*.json"), reverse=True)
    return page(
        heading("Speed"),
        "Beside the fastest of the other libraries, in the same run, into used memory. Of copy is "
        "the speed beside a copy of as many bytes, ULP softgrad's largest error. What runs, and "
        f"what limits it: {page_link('kernels', 'kernels')}.",
        *(_speed(json.loads(path.read_text(encoding="utf-8"))) for path in files),
    )


def _speed(data: dict[str, Any]) -> str:
    headers = ("work", "shape", "softgrad, ms", "best peer, ms", "ratio", "of copy", "ULP")
    cells = [
        [plain(cell.strip()) for cell in line(row).strip("|").split("|")] for row in data["rows"]
    ]
    return page(
        heading(f"Kernels for {data['machine']['instruction set']}", "-"),
        plain(f"{measured_on(data['machine'])} {summary(data['rows'])}"),
        table(headers, cells, kind="numbers"),
    ).rstrip()
