"""The package as an installation lays it out, around an extension that was compiled elsewhere."""

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: What tests the compiled kernels.
TESTS = ["tests/kernels", "tests/laws/test_kernels.py", "tests/laws/test_kernel_numbers.py"]


def lay(package: Path, compiled: Path) -> None:
    """Make the folder `package`, to import from, with the extension in the folder `compiled`."""
    shutil.rmtree(package, ignore_errors=True)
    ignored = shutil.ignore_patterns("__pycache__", "cpp", "*.so")
    shutil.copytree(ROOT / "src" / "softgrad", package / "softgrad", ignore=ignored)
    for extension in compiled.glob("_native*.so"):
        shutil.copy(extension, package / "softgrad" / "kernels")
    metadata = package / "softgrad-0.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: softgrad\nVersion: 0\n")
