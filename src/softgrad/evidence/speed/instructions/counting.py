"""Count by callgrind, and keep the counts with the compiler that they are of."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from softgrad.evidence.speed.instructions.counted import MARK
from softgrad.files import write_file
from softgrad.kernels.availability import ENVIRONMENT_VARIABLE, availability

INSTRUCTION_SET = "avx2"


def why_not(instruction_set: str = INSTRUCTION_SET) -> str | None:
    """Why nothing can be counted here, in words, or None."""
    native = availability().native
    if shutil.which("valgrind") is None:
        return "valgrind is not installed, which counts the instructions"
    if native is None or instruction_set not in native.available_instruction_sets():
        return f"there are no kernels for {instruction_set} here"
    return None


def compilers() -> list[str]:
    """Who compiled the kernels, with versions, as the file of the extension module says."""
    native = availability().native
    if native is None or native.__file__ is None:
        return []
    told = re.findall(
        rb"(?:GCC: \([^)]*\) [\d.]+|clang version [\d.]+)", Path(native.__file__).read_bytes()
    )
    return sorted({one.decode() for one in told})


def count_instructions(instruction_set: str = INSTRUCTION_SET) -> dict[str, float]:
    """Instructions an entry of each hot loop: what more rows cost more than fewer rows."""
    with TemporaryDirectory() as folder:
        names, counts = Path(folder, "names.json"), Path(folder, "counts")
        environment = {
            **os.environ,
            ENVIRONMENT_VARIABLE: instruction_set,
            "PYTHONHASHSEED": "0",
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }
        command = [
            "valgrind",
            "--tool=callgrind",
            f"--dump-before={MARK}",
            f"--callgrind-out-file={counts}",
            *(sys.executable, "-m", "softgrad.evidence.speed.instructions.counted", str(names)),
        ]
        done = subprocess.run(  # noqa: S603
            command, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"valgrind failed: {done.stderr[-2000:]}")
        sizes: list[tuple[str, int]] = json.loads(names.read_text(encoding="utf-8"))
        # Dumps are numbered from 1; that before the first mark is the start of everything.
        totals = [_total(Path(f"{counts}.{2 * k + 2}")) for k in range(len(sizes))]
    found: dict[str, float] = {}
    for k in range(0, len(sizes), 2):
        (name, few), (_, many) = sizes[k : k + 2]
        found[name] = (totals[k + 1] - totals[k]) / (many - few)
    return found


def _total(dump: Path) -> int:
    found = re.search(r"^totals: (\d+)$", dump.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise RuntimeError(f"{dump} has no total")
    return int(found[1])


def record(path: Path, instruction_set: str = INSTRUCTION_SET) -> None:
    """Count, and write the counts, two decimals each."""
    counts = {name: round(count, 2) for name, count in count_instructions(instruction_set).items()}
    data = {"instruction set": instruction_set, "compilers": compilers(), "an entry": counts}
    write_file(path, f"{json.dumps(data, indent=2)}\n".encode())
