"""The build backend: scikit-build-core, and pure Python where the kernels cannot be compiled.

pip and its kin call the functions of PEP 517 here. A failed compile is no failed installation, but
it does not pass unseen: the log says it, and the compiler's words lie in the installed metadata,
where `softgrad config` finds them. SOFTGRAD_REQUIRE_KERNELS=1 makes it an error.

scikit-build-core can retry by itself (its `if.failed`), but then nobody learns why the first
attempt failed, and it has no metadata to give before it has compiled everything.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scikit_build_core import build as without_fallback
from scikit_build_core.build import (
    build_sdist,
    get_requires_for_build_editable,
    get_requires_for_build_sdist,
    get_requires_for_build_wheel,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)
from scikit_build_core.errors import ScikitBuildError

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

REQUIRED = "SOFTGRAD_REQUIRE_KERNELS"
#: In the wheel's .dist-info; softgrad.kernels.availability reads it.
RECORD = "kernels_not_compiled.txt"
#: What ninja and make, CMake and compilers say of a failure.
FAILURE = re.compile(r"^FAILED:|\b[Ee]rror(?= at |:| \w+:)")

Settings = dict[str, Any]


def build_wheel(
    wheel_directory: str,
    config_settings: Settings | None = None,
    metadata_directory: str | None = None,
) -> str:
    """With kernels if they compile."""
    return _build(
        without_fallback.build_wheel, wheel_directory, config_settings, metadata_directory
    )


def build_editable(
    wheel_directory: str,
    config_settings: Settings | None = None,
    metadata_directory: str | None = None,
) -> str:
    """With kernels if they compile."""
    return _build(
        without_fallback.build_editable, wheel_directory, config_settings, metadata_directory
    )


def _build(
    build: Callable[..., str], folder: str, settings: Settings | None, metadata: str | None
) -> str:
    said: list[bytes] = []
    try:
        with copied_output(said):
            return build(folder, settings, metadata)
    except (SystemExit, ScikitBuildError) as error:
        text = b"".join(said).decode(errors="replace")
        reason = first_failure(text) or f"the build stopped: {error!r}"
    rule = "*" * 79
    print(rule, "softgrad: the kernels were not compiled.", reason, rule, sep="\n", flush=True)
    if os.environ.get(REQUIRED, "0") not in ("", "0"):
        sys.exit(f"softgrad: {REQUIRED}={os.environ[REQUIRED]} makes that an error")
    print(f"softgrad: installed in pure Python; {REQUIRED}=1 would make this an error", flush=True)
    # Not for the metadata that was prepared: their tags are those of a compiled wheel.
    name = build(folder, {**(settings or {}), "wheel.cmake": "false"}, None)
    add_to_metadata(Path(folder) / name, RECORD, reason)
    return name


@contextmanager
def copied_output(said: list[bytes]) -> Iterator[None]:
    """Append to `said` what this process and its children print, which is printed all the same."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = os.dup(1), os.dup(2)
    reading, writing = os.pipe()

    def copy() -> None:
        while piece := os.read(reading, 65536):
            said.append(piece)
            os.write(kept[0], piece)

    # A daemon, waited for only so long: a compiler's cache server may hold the pipe open.
    copying = threading.Thread(target=copy, daemon=True)
    copying.start()
    try:
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os.dup2(kept[0], 1)
        os.dup2(kept[1], 2)
        os.close(writing)
        copying.join(timeout=10)


def first_failure(text: str, most_lines: int = 30, widest: int = 300) -> str:
    """What a build's output says from its first failure on: later ones often follow from it."""
    lines = [line for line in text.splitlines() if line.strip()]
    starts = [i for i, line in enumerate(lines) if FAILURE.search(line)]
    chosen = lines[starts[0] :][:most_lines] if starts else lines[-most_lines:]
    return "\n".join(
        line if len(line) <= widest else f"{line[:widest]} ..." for line in chosen
    ).strip()


def add_to_metadata(wheel: Path, name: str, text: str) -> None:
    """Put a file into a wheel's .dist-info, and into its RECORD."""
    with zipfile.ZipFile(wheel) as archive:
        files = {info: archive.read(info) for info in archive.infolist()}
    record = next(info for info in files if info.filename.endswith(".dist-info/RECORD"))
    path = record.filename.removesuffix("RECORD") + name
    content = text.encode()
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
    files[record] += f"{path},sha256={digest},{len(content)}\n".encode()
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(path, content)
        for info, bytes_of_file in files.items():
            archive.writestr(info, bytes_of_file)
