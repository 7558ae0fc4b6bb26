"""Tests a wheel as one who has no compiler: `python tools/test_wheel.py dist/softgrad-*.whl`.

Each wheel goes into a virtual environment of its own, with what it needs and mpmath; there
tools/smoke_test.py runs with a PATH on which no program but Python is found.
"""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from tempfile import TemporaryDirectory

SMOKE = Path(__file__).resolve().parent / "smoke_test.py"
COMPILERS = ("cc", "c++", "gcc", "g++", "clang", "clang++", "cl")
#: Without which Python does not start on Windows.
KEPT = ("SYSTEMROOT", "TEMP", "TMP")


def test(wheel: Path, folder: Path) -> None:
    """Raise where the wheel does not install, or is not what its name says."""
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    python = programs / Path("python.exe" if os.name == "nt" else "python")
    pip = [python, "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "--only-binary=:all:", wheel, "mpmath"], check=True)
    for name in COMPILERS:
        found = shutil.which(name, path=str(programs))
        assert found is None, f"{found}: expected an environment without a compiler"
    bare = {name: os.environ[name] for name in KEPT if name in os.environ}
    kind = "pure" if "-none-" in wheel.name else "compiled"
    command = [python, "-I", SMOKE, kind]
    subprocess.run(command, cwd=folder, env={**bare, "PATH": str(programs)}, check=True)


if __name__ == "__main__":
    for given in sys.argv[1:]:
        print(f"{given}:", flush=True)
        with TemporaryDirectory() as folder:
            test(Path(given).resolve(), Path(folder) / "environment")
