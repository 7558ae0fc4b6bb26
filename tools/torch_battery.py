"""Write docs/pytorch-battery.md: what comes of every transformation of PyTorch (minutes).

Run from the root: python tools/torch_battery.py
"""

import sys
import warnings
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from battery.table import all_cases, one_of_each_kind, page  # noqa: E402

if __name__ == "__main__":
    warnings.simplefilter("ignore")  # torch's own, of what it deprecates and compiles
    compiled = [case for which in range(4) for case in one_of_each_kind(which)]
    text = page(all_cases(), compiled)
    (ROOT / "docs" / "pytorch-battery.md").write_text(text, encoding="utf-8")
