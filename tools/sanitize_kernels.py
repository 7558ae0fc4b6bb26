"""Runs the kernels' tests with sanitizers watching: memory, undefined behaviour, or races.

`python tools/sanitize_kernels.py` builds the extension with AddressSanitizer and
UndefinedBehaviorSanitizer and runs tests/kernels and the laws of kernels on it; `undefined` does so
with UndefinedBehaviorSanitizer alone, which is quicker to build and to run;
`thread` runs the tests of threads with ThreadSanitizer. It fails where a test fails or a sanitizer
has something to say. Linux with GCC or Clang, cmake and ninja; a build takes minutes. One
instruction set at a time: --instruction-set baseline, avx2 (what is taken otherwise) or avx512.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from built_package import ROOT, TESTS, lay

WATCHED_TESTS = {
    "address": TESTS,
    "undefined": TESTS,
    "thread": ["tests/kernels/test_threads.py"],
}
SWITCHES = {
    "address": "address,undefined,float-cast-overflow",
    "undefined": "undefined,float-cast-overflow",
    "thread": "thread",
}
LIBRARIES = {
    "address": ["libasan.so", "libubsan.so"],
    "undefined": ["libubsan.so"],
    "thread": ["libtsan.so"],
}
FLAGS = {
    "baseline": "",
    "avx2": "-mavx2 -mfma -mf16c",
    "avx512": "-mavx512f -mavx512dq -mavx512bw -mavx512vl -mfma -mf16c -mprefer-vector-width=512",
}
# A sanitizer maps terabytes of address space; a fork of many threads is no place for one.
NOT_WATCHED = {
    "address": "not where_no_more_threads",
    "undefined": "not where_no_more_threads",
    "thread": "not where_no_more_threads and not forked",
}
# The C library frees the memory of a thread's variables after they were destroyed, unseen.
SUPPRESSED = "race:_dl_deallocate_tls"


def build(kind: str, flags: str, folder: Path) -> Path:
    """Compile the extension and lay the package around it; the folder to import from."""
    compiled = folder / "build"
    options = [
        f"-DPython_EXECUTABLE={sys.executable}",
        "-DSOFTGRAD_X86_KERNELS=OFF",
        "-DCMAKE_BUILD_TYPE=None",
        "-DSOFTGRAD_OPTIMISATION=-O1",
        f"-DCMAKE_CXX_FLAGS={flags} -O1 -g1 -fno-omit-frame-pointer -fsanitize={SWITCHES[kind]}",
    ]
    subprocess.run(["cmake", "-S", ROOT, "-B", compiled, "-GNinja", *options], check=True)
    subprocess.run(["cmake", "--build", compiled], check=True)
    package = folder / "package"
    lay(package, compiled)
    return package


def environment(kind: str, package: Path, reports: Path) -> dict[str, str]:
    """What a process needs to be watched."""
    compiler = os.environ.get("CXX", "c++")
    found = [
        subprocess.run(
            [compiler, f"-print-file-name={name}"], check=True, capture_output=True, text=True
        ).stdout.strip()
        for name in LIBRARIES[kind]
    ]
    log = f"log_path={reports / kind}"
    suppressed = reports.parent / "suppressed"
    suppressed.write_text(SUPPRESSED)
    return {
        **os.environ,
        "LD_PRELOAD": ":".join(found),
        "PYTHONPATH": str(package),
        "PYTHONMALLOC": "malloc",  # so that every buffer has its own red zones
        "ASAN_OPTIONS": f"detect_leaks=0:{log}",
        "UBSAN_OPTIONS": f"print_stacktrace=1:{log}",
        "TSAN_OPTIONS": f"exitcode=0:suppressions={suppressed}:{log}",
    }


def main() -> int:
    """Build, run, and say what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("kind", nargs="?", choices=SWITCHES, default="address")
    parser.add_argument("--instruction-set", choices=FLAGS, default="avx2")
    parser.add_argument("--folder", type=Path, help="to build in; kept between runs")
    chosen, arguments = parser.parse_known_args()
    name = f"sanitized-{chosen.kind}-{chosen.instruction_set}"
    folder = chosen.folder or ROOT / "build" / name
    package = build(chosen.kind, FLAGS[chosen.instruction_set], folder)
    reports = folder / "reports"
    shutil.rmtree(reports, ignore_errors=True)
    reports.mkdir()
    watched = environment(chosen.kind, package, reports)
    # ThreadSanitizer wants memory where it expects it: no random addresses.
    start = ["setarch", "-R"] if chosen.kind == "thread" and shutil.which("setarch") else []
    found = subprocess.run(
        [
            *start,
            sys.executable,
            "-c",
            "from softgrad.kernels import _native as n; print(n.__file__)",
        ],
        env=watched,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert found.startswith(str(package)), f"another package stands before this one: {found}"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0"]
    ran = subprocess.run(
        [*start, *command, "-k", NOT_WATCHED[chosen.kind], *WATCHED_TESTS[chosen.kind], *arguments],
        env=watched,
        cwd=ROOT,
        check=False,
    )
    said = [report.read_text() for report in sorted(reports.iterdir())]
    print(*said, f"{len(said)} processes had something reported", sep="\n")
    return ran.returncode or bool(said)


if __name__ == "__main__":
    sys.exit(main())
