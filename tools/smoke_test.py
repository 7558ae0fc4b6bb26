"""What must hold of an installed wheel: `python tools/smoke_test.py compiled` or `pure`.

Its kernels are there, or are not; a few entries keep the laws of the catalogue, with the kernels
and without; and no file of the source tree was needed. Needs mpmath beside the wheel.
"""

import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter

KERNELS = "SOFTGRAD_KERNELS"
#: Of each kind of output and of target one, and those that most people use.
ENTRIES = ("softmax", "sparsemax", "sigmoid", "gelu", "cross_entropy", "squared_error", "focal")


def check(wanted: str) -> None:
    """Raise AssertionError for what does not hold."""
    import softgrad
    from softgrad.kernels import config
    from softgrad.testing import check_entry

    root = Path(__file__).resolve().parents[1]
    assert root not in Path(softgrad.__file__).resolve().parents, softgrad.__file__
    found = config()
    assert found["softgrad"] == softgrad.__version__, found
    if os.environ.get(KERNELS) != "off":
        kernels = {"compiled": "compiled", "pure": "not compiled at installation"}[wanted]
        assert found["kernels"] == kernels, found
    start = perf_counter()
    reports = [check_entry(getattr(softgrad, name)) for name in ENTRIES]
    laws = sum(len(report.findings) for report in reports)
    print(
        f"softgrad {softgrad.__version__}, kernels {found['kernels']}, {found['instruction set']}: "
        f"{laws} laws of {len(reports)} entries hold ({perf_counter() - start:.1f} s)",
        flush=True,
    )


if __name__ == "__main__":
    check(sys.argv[1])
    if sys.argv[1] == "compiled" and os.environ.get(KERNELS) != "off":
        without = {**os.environ, KERNELS: "off"}
        subprocess.run([sys.executable, *sys.argv], env=without, check=True)
