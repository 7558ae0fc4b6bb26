"""Write src/softgrad/__init__.pyi: what `softgrad` gives by name, for type checkers and editors.

The package makes its objects when they are first asked for, which no checker can follow. Run after
a line was added to the catalogue, from the root: python tools/public_stub.py
"""

from __future__ import annotations

from pathlib import Path

import softgrad
from softgrad.catalogue import ACTIVATIONS, LOSSES

STUB = Path(__file__).parents[1] / "src" / "softgrad" / "__init__.pyi"
START = '''"""The public names of softgrad; written by tools/public_stub.py from the catalogue."""

'''


def stub() -> str:
    """The text of the stub."""
    tables = (("activations", ACTIVATIONS), ("losses", LOSSES))
    objects = [
        (name, kind, f"softgrad.{room}.{name}")
        for room, table in tables
        for name, kind in zip(table, table.class_names, strict=False)
    ]
    named = {name for name, _, _ in objects} | {kind for _, kind, _ in objects}
    own = [name for name in softgrad.__all__ if name not in named]
    imports = [(getattr(softgrad, name).__module__, name) for name in own]
    imports += [(module, kind) for _, kind, module in objects]
    lines = [_import(module, name) for module, name in sorted(imports)]
    lines += ["", "__version__: str", ""]
    lines += [f"{name}: {kind}" for name, kind, _ in objects]
    lines += ["", "__all__ = [", *(f'    "{name}",' for name in softgrad.__all__), "]"]
    return START + "\n".join(lines) + "\n"


def _import(module: str, name: str) -> str:
    line = f"from {module} import {name} as {name}"
    return line if len(line) <= 100 else f"from {module} import (\n    {name} as {name},\n)"


if __name__ == "__main__":
    STUB.write_text(stub(), encoding="utf-8")
