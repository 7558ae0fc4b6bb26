"""Adding an activation or a loss is one file and one line; everything else follows."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import softgrad

ACTIVATION = '''"""A smooth ramp, sqrt(1 + z^2) + z - 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.domains import REAL, Domain
from softgrad.contracts.elementwise import ElementWise


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class BentIdentity(ElementWise):
    """a_i = sqrt(1 + z_i^2) + z_i - 1: smooth, monotone, from -1 up."""

    name: ClassVar[str] = "bent_identity"
    domain: ClassVar[Domain] = REAL

    def value(self, xp: Namespace, z: Array) -> Array:
        """z + z^2 / (sqrt(1 + z^2) + 1), on the left with both terms of one sign."""
        left = -1.0 + 1.0 / (xp.hypot(z, xp.ones_like(z)) + xp.abs(z))
        return xp.where(z < -0.75, left, z * (1.0 + xp.tanh(0.5 * xp.asinh(z))))

    def first(self, xp: Namespace, z: Array) -> Array:
        """1 + z / sqrt(1 + z^2)."""
        root = xp.hypot(z, xp.ones_like(z))
        left = 1.0 / root / (root + xp.abs(z))
        return xp.where(z < 0.0, left, 1.0 + xp.tanh(xp.asinh(z)))

    def second(self, xp: Namespace, z: Array) -> Array:
        """(1 + z^2)^(-3/2)."""
        root = xp.hypot(z, xp.ones_like(z))
        return 1.0 / root / root / root

    def exact(self, z: Sequence[Any]) -> list[Any]:
        """The definition."""
        from mpmath import sqrt

        return [sqrt(1 + x * x) + x - 1 for x in z]
'''

LOSS = '''"""Fair's loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array
from softgrad.arrays.special import log1pmx
from softgrad.contracts.domains import ANY_VALUES, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, Side
from softgrad.contracts.parameters import parameter
from softgrad.contracts.separable import DifferenceLoss
from softgrad.contracts.targets import TargetKind


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class Fair(DifferenceLoss):
    """sum_i c^2 (x - log(1 + x)) with x = |r_i - t_i| / c.

    Args:
        c: c > 0, where it turns from a parabola to a line.

    Source: Fair 1974.
    """

    name: ClassVar[str] = "fair"
    accepts: ClassVar[tuple[Domain, ...]] = ANY_VALUES
    lives_on: ClassVar[LivesOn] = LivesOn.OUTPUT
    targets: ClassVar[TargetKind] = "entries"

    c: float = parameter(1.0, low=0.0, open_low=True, examples=(0.5,))

    def entry_value(self, r: Forms, t: Array) -> Array:
        """c^2 (x - log1p(x))."""
        xp = r.xp
        return -self.c * self.c * log1pmx(xp, xp.abs(r.minus(t)) / self.c)

    def entry_gradient(self, r: Forms, t: Array) -> Array:
        """d / (1 + |d| / c)."""
        d = r.minus(t)
        return d / (1.0 + r.xp.abs(d) / self.c)

    def entry_hessian(self, r: Forms, t: Array) -> Array:
        """1 / (1 + |d| / c)^2."""
        share = 1.0 / (1.0 + r.xp.abs(r.minus(t)) / self.c)
        return share * share

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """The definition."""
        from mpmath import log

        xs = [abs(x - y) / self.c for x, y in zip(r, t, strict=True)]
        return sum(self.c**2 * (x - log(1 + x)) for x in xs)
'''

TESTS = Path(__file__).parent


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with one new activation and one new loss."""
    root = tmp_path_factory.mktemp("extended")
    package = root / "softgrad"
    source = Path(softgrad.__file__).parent
    shutil.copytree(source, package, ignore=shutil.ignore_patterns("__pycache__", "cpp"))
    (package / "activations" / "bent_identity.py").write_text(ACTIVATION, encoding="utf-8")
    (package / "losses" / "fair.py").write_text(LOSS, encoding="utf-8")
    catalogue = package / "catalogue.py"
    text = catalogue.read_text(encoding="utf-8")
    one = '        "softmax": "Softmax",\n'
    two = '        "cross_entropy": "CrossEntropy",\n'
    assert text.count(one) == text.count(two) == 1
    text = text.replace(one, one + '        "bent_identity": "BentIdentity",\n')
    text = text.replace(two, two + '        "fair": "Fair",\n')
    catalogue.write_text(text, encoding="utf-8")
    return root


def run(extended: Path, *arguments: str) -> str:
    """The output of a Python process that sees the extended package first."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(extended), str(TESTS)]),
        "SOFTGRAD_KERNELS": "off",
        "COLUMNS": "200",
        "NO_COLOR": "1",
    }
    # An editable install answers before sys.path is asked.
    first = [str(extended), str(TESTS)]
    start = (
        f"import sys; sys.path[:0] = {first!r};"
        "sys.meta_path[:] = [f for f in sys.meta_path if 'ScikitBuild' not in type(f).__name__];"
        f"import softgrad; assert softgrad.__file__.startswith({first[0]!r}), softgrad.__file__;"
    )
    command = [sys.executable, "-c", start + arguments[0], *arguments[1:]]
    result = subprocess.run(
        command, env=environment, cwd=extended, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    return result.stdout


def test_pairs_and_names_follow(extended: Path) -> None:
    program = """
import numpy as np
found = set(softgrad.pairs())
assert ("bent_identity", "squared_error") in found and ("softmax", "fair") in found
assert ("bent_identity", "fair") in found and ("bent_identity", "cross_entropy") not in found
layer = softgrad.OutputLayer("bent_identity", "fair")
print(layer.gradient(np.array([[1.0, -2.0]]), np.array([[0.5, 0.5]])))
assert softgrad.Fair(c=0.5) != softgrad.fair and softgrad.BentIdentity() == softgrad.bent_identity
"""
    assert run(extended, program)


def test_the_laws_run_over_them_and_hold(extended: Path) -> None:
    program = "import pytest; sys.exit(pytest.main(sys.argv[1:]))"
    chosen = "BentIdentity or Fair"
    output = run(
        extended,
        program,
        "-q",
        "-p",
        "no:cacheprovider",
        "-W",  # the package is imported before pytest finds the fixture in it
        "ignore::pytest.PytestAssertRewriteWarning",
        "-c",
        str(TESTS.parent / "pyproject.toml"),
        "-k",
        f"({chosen}) and (softmax or Softmax or Bent)",
        str(TESTS / "laws"),
    )
    assert " passed" in output
    counted = int(output.rsplit(" passed", 1)[0].rsplit(maxsplit=1)[-1])
    assert counted >= 60, output


def test_the_command_line_lists_them(extended: Path) -> None:
    program = """
from softgrad.cli import main
sys.argv = ["softgrad", "list"]
try:
    main()
except SystemExit as stop:
    assert not stop.code, stop.code
"""
    output = run(extended, program)
    assert "bent_identity" in output.replace("-", "_")
    assert "fair" in output
