"""The speed table of README and docs/kernels.md, from what `softgrad bench --json FILE` wrote.

`python tools/speed_table.py FILE [PATTERN ...]` prints Markdown: all rows, or those whose name
contains one of the patterns.
"""

import json
import sys
from pathlib import Path


def milliseconds(seconds: float) -> str:
    return f"{1e3 * seconds:.3g}"


def line(row: dict) -> str:
    times = row["seconds"]
    peers = {name: seconds for name, seconds in times.items() if name != "softgrad"}
    best = min(peers, key=peers.__getitem__)
    shape = " x ".join(f"{n:,}" for n in row["shape"])
    kind = {"float32": "f32", "float64": "f64"}[row["dtype"]]
    ratio = peers[best] / times["softgrad"]
    cells = (
        row["work"],
        f"{shape} {kind} {row['order']}" if len(row["shape"]) > 1 else f"{shape} {kind}",
        milliseconds(times["softgrad"]),
        f"{best} {milliseconds(peers[best])}",
        f"{ratio:.2f}x",
        f"{row['share_of_copy']:.2f}",
    )
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    path, *patterns = sys.argv[1:]
    rows = json.loads(Path(path).read_text())["rows"]
    print("| work | shape | softgrad, ms | best peer, ms | ratio | of copy |")
    print("|---|---|---|---|---|---|")
    for row in rows:
        name = f"{row['work']} {'x'.join(map(str, row['shape']))} {row['dtype']} {row['order']}"
        if not patterns or any(pattern in name for pattern in patterns):
            print(line(row))


if __name__ == "__main__":
    main()
