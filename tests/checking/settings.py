"""Where derivatives of the permanent set are looked at."""

import inspect
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Setting:
    n: int
    kind: str
    single: bool = False

    def __str__(self):
        return f"{self.n}-{self.kind}-{'float32' if self.single else 'float64'}"


#: The others are in `evidence/experiments/checkers_compared.py`, whose table is in
#: docs/checkers-compared.md.
SETTINGS = (
    Setting(4, "spread"),
    Setting(4, "uniform"),
    Setting(4, "peaked"),
    Setting(4, "spread", single=True),
    Setting(100, "peaked"),
    Setting(1000, "uniform"),
)

#: What says nothing where numbers have few digits, or hides behind a copy of the arguments.
_OF_DOUBLES = {
    "low-precision", "step-too-small", "overflow", "log-of-zero", "mutates-input",
    "integer-truncation", "small-deviation", "other-argument",
}  # fmt: skip


def applies(mistake, setting):
    """Whether a mistake is one there: whole Jacobians of long rows are left out."""
    if mistake.only not in (None, setting.n):
        return False
    if setting.single and mistake.code in _OF_DOUBLES:
        return False
    products = mistake.form in ("vjp", "gradient", "elementwise")
    return setting.n < 1000 or (products and mistake.code != "step-too-small")


def point(setting, batch):
    random = np.random.default_rng(setting.n)
    z = random.standard_normal((3, setting.n) if batch else setting.n)
    if setting.kind == "uniform":
        z *= 1e-3
    if setting.kind == "peaked":
        z[..., 2] += 9.0
    return z.astype(np.float32) if setting.single else z


def in_single(function):
    """The same, computed in float32."""

    def single(*arrays):
        return np.asarray(function(*(np.asarray(a, np.float32) for a in arrays)), np.float32)

    required = [p for p in inspect.signature(function).parameters.values() if p.default is p.empty]
    if len(required) == 2:
        return lambda x, v: single(x, v)
    return lambda x: single(x)
