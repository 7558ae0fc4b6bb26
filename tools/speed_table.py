"""The speed tables of docs/kernels.md and README, from what `softgrad bench --json FILE` wrote.

`python tools/speed_table.py FILE ...` writes them between their marks: on the page all rows, a
table for each file (such as one for each instruction set of the machine), and in the README some
rows of the first file. `--print` prints the page's tables instead.
"""

import json
import sys
from math import exp, fsum, log
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- speed: written by tools/speed_table.py -->", "<!-- /speed -->"
PACKAGES = {
    "torch": "PyTorch",
    "jax": "JAX",
    "onnxruntime": "ONNX Runtime",
    "sklearn": "scikit-learn",
    "entmax": "entmax",
}
KINDS = {"float32": "f32", "float64": "f64", "float16": "f16", "bfloat16": "bf16"}
IN_THE_README = (
    "softmax 8192x1000 float32 C",
    "softmax 1024x32768 float32 C",
    "softmax x cross_entropy, gradient + Hessian diagonal 1000000x10 float32 C",
    "softmax x cross_entropy, gradient + Hessian diagonal 1000000x10 float32 F",
    "softmax x cross_entropy, value + gradient 8192x1000 float32 C",
    "softmax x cross_entropy, value + gradient 256x131072 float32 C",
    "softmax x cross_entropy, soft targets, value + gradient 8192x1000 float32 C",
    "softmax x focal, soft targets, value + gradient 8192x1000 float32 C",
    "softmax x cross_entropy hvp 8192x1000 float32 C",
    "softmax x cross_entropy, value + gradient 8192x1000 bfloat16 C",
    "sigmoid x cross_entropy, value + gradient 8192x1000 float32 C",
    "sparsemax 8192x1000 float32 C",
    "gelu vjp 10000000 float32 C",
)


def milliseconds(seconds: float) -> str:
    return f"{1e3 * seconds:.3g}"


def line(row: dict) -> str:
    best = row["best_peer"]
    shape = " x ".join(f"{n:,}" for n in row["shape"])
    kind = KINDS[row["dtype"]]
    cells = (
        row["work"],
        f"{shape} {kind} {row['order']}" if len(row["shape"]) > 1 else f"{shape} {kind}",
        milliseconds(row["seconds"]["softgrad"]),
        f"{best} {milliseconds(row['seconds'][best])}" if best else "",
        f"{row['ratio']:.2f}x" if best else "",
        f"{row['share_of_copy']:.2f}",
        "" if row["ulp"] is None else f"{row['ulp']:.2g}",
    )
    return "| " + " | ".join(cells) + " |"


def table(rows: list[dict]) -> list[str]:
    headers = ("work", "shape", "softgrad, ms", "best peer, ms", "ratio", "of copy", "ULP")
    return [f"| {' | '.join(headers)} |", f"|{'---|' * len(headers)}", *map(line, rows)]


def measured_on(machine: dict) -> str:
    versions = ", ".join(
        f"{PACKAGES[name]} {machine[name]}" for name in PACKAGES if name in machine
    )
    threads = f"{machine['threads']} thread{'s' if machine['threads'] != '1' else ''}"
    return (
        f"{machine['processor']}, {threads}, kernels for {machine['instruction set']}; {versions}."
    )


def summary(rows: list[dict]) -> str:
    ratios = [row["ratio"] for row in rows if row["ratio"] is not None]
    mean = exp(fsum(map(log, ratios)) / len(ratios))
    behind = sum(ratio < 1.0 for ratio in ratios)
    return (
        f"Geometric mean of the ratios {mean:.2f}x; {behind} of {len(ratios)} rows behind the best "
        "peer."
    )


def block(data: dict, rows: list[dict]) -> str:
    parts = (measured_on(data["machine"]), "\n".join(table(rows)), summary(data["rows"]))
    return "\n\n".join(parts)


def replace(page: Path, text: str) -> None:
    before, begin, rest = page.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"{page} has no place for the table: {BEGIN} ... {END}")
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")
    print(f"written: {page}")


def main() -> None:
    paths = [argument for argument in sys.argv[1:] if argument != "--print"]
    if not paths:
        sys.exit(__doc__)
    files = [json.loads(Path(path).read_text()) for path in paths]
    page = "\n\n".join(block(data, data["rows"]) for data in files)
    if "--print" in sys.argv:
        print(page)
        return
    first = files[0]
    replace(ROOT / "docs" / "kernels.md", page)
    chosen = [row for row in first["rows"] if row["name"] in IN_THE_README]
    replace(ROOT / "README.md", block(first, chosen))


if __name__ == "__main__":
    main()
