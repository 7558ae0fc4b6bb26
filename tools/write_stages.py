"""Run the generator of the kernels' stages on the sources beside this file, installed or not.

CMake calls it with the folder to write to. (Not by PYTHONPATH, where an isolated build has what it
stands on.)
"""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1] / "src")

from softgrad.kernels.generator.__main__ import main  # noqa: E402

main(Path(sys.argv[1]))
