"""Runs the kernels' tests on 64-bit Arm, emulated: what NEON computes, against the same references.

`python tools/arm_kernels.py` fetches a Python for Arm (from Debian) and NumPy's wheel for it,
compiles the extension with Debian's cross compiler, and runs tests/kernels and the laws of kernels
with it under QEMU. Arguments that it does not know are pytest's. Needs root for debootstrap, and
the packages debootstrap, g++-aarch64-linux-gnu and qemu-user, cmake, ninja and nanobind. What was
fetched and built is kept in --folder; the tests take many times what they take elsewhere.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from built_package import ROOT, TESTS, lay

SUITE, VERSION = "bookworm", "3.11"  # of Debian, and the Python in it
NEEDED = ["numpy", "array-api-compat", "array-api-strict", "hypothesis", "ml_dtypes", "mpmath"]
PLATFORMS = ["manylinux2014_aarch64", "manylinux_2_27_aarch64", "manylinux_2_28_aarch64"]
EMULATOR = "qemu-aarch64"
# Tests that start a process of their own find a Python that starts by itself.
# Emulated it had not come to an end after ten minutes; the other tests of threads take seconds.
NOT_EMULATED = "not while_others_work"
START = "import sys; sys.executable = sys.argv.pop(1); import pytest; sys.exit(pytest.main())"


def run(*command: object) -> None:
    subprocess.run([str(word) for word in command], check=True)


def fetch(debian: Path, site: Path) -> None:
    """Python and its headers, unpacked and not installed; and what the tests import."""
    if not (debian / "usr/bin/python3").exists():
        options = ["--foreign", "--arch=arm64", "--variant=minbase", "--include=python3-dev"]
        run("debootstrap", *options, SUITE, debian)
        for package in sorted(debian.glob("var/cache/apt/archives/*.deb")):
            run("dpkg", "-x", package, debian)
    if not site.exists():
        options = [f"--platform={name}" for name in PLATFORMS]
        options += ["--only-binary=:all:", f"--python-version={VERSION}", f"--target={site}"]
        run(sys.executable, "-m", "pip", "install", "--quiet", *options, *NEEDED, "pytest")


def compile_extension(debian: Path, site: Path, compiled: Path) -> None:
    """With the baseline's flags: on Arm the baseline is NEON."""
    options = {
        "CMAKE_BUILD_TYPE": "Release",
        "CMAKE_SYSTEM_NAME": "Linux",
        "CMAKE_SYSTEM_PROCESSOR": "aarch64",
        "CMAKE_CXX_COMPILER": "aarch64-linux-gnu-g++",
        # For the part of Python's configuration that lies in a folder of the platform.
        "CMAKE_CXX_FLAGS": f"-idirafter {debian / 'usr/include'}",
        "Python_EXECUTABLE": sys.executable,
        "Python_INCLUDE_DIR": debian / f"usr/include/python{VERSION}",
        "Python_NumPy_INCLUDE_DIR": site / "numpy/_core/include",
        "NB_SUFFIX": f".cpython-{VERSION.replace('.', '')}-aarch64-linux-gnu.so",
    }
    words = [f"-D{name}={value}" for name, value in options.items()]
    run("cmake", "-S", ROOT, "-B", compiled, "-GNinja", *words)
    run("cmake", "--build", compiled)


def main() -> int:
    """Fetch, build, and run the tests."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "arm", help="kept")
    chosen, arguments = parser.parse_known_args()
    folder = chosen.folder.resolve()
    debian, site, compiled = folder / "debian", folder / "site", folder / "build"
    folder.mkdir(parents=True, exist_ok=True)
    fetch(debian, site)
    compile_extension(debian, site, compiled)
    lay(folder / "package", compiled)

    python = folder / "python"
    python.write_text(
        f'#!/bin/sh\nexec {EMULATOR} -L "{debian}" "{debian}/usr/bin/python{VERSION}" "$@"\n'
    )
    python.chmod(0o755)
    environment = {**os.environ, "PYTHONPATH": f"{folder / 'package'}:{site}"}
    state = "import platform; print(platform.machine()); from softgrad.kernels import show_config"
    subprocess.run([python, "-c", f"{state}; show_config()"], env=environment, check=True)
    files = [] if any(Path(word).exists() for word in arguments) else TESTS
    chosen = ["-q", "-p", "no:cacheprovider", "-k", NOT_EMULATED, *files, *arguments]
    command = [python, "-c", START, python, *chosen]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
