"""What a method has at hand: what its object keeps of the forward pass; and what it returns."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

_LONGEST = 40
_NUMBER = re.compile(r"(?<![\w.])\d+\.\d+(?:e-?\d+)?(?![\w.])")
_ONLY_SIZES = re.compile(r"\b(len\({0}\)|{0}\.(shape|size|ndim)\b)".replace("{0}", "(?:x|z)"))
#: Numbers that a formula has of itself.
_PLAIN = (0.5, 1.0, 2.0)


@dataclass(frozen=True, slots=True)
class OwnWords:
    """How a backward pass speaks of its forward pass.

    Attributes:
        method: as its author wrote it.
        x: the attribute that holds the input; "" for none.
        y: that of the output.
        mask: that of x > 0.
        like_x: one of the input's shape.
        numbers: attributes that are floats.
    """

    method: Callable[..., Any]
    x: str = ""
    y: str = ""
    mask: str = ""
    like_x: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict[str, float])

    @staticmethod
    def of(method: Callable[..., Any], kept: Mapping[str, Any], x: Any, y: Any) -> OwnWords:
        """Of what an object keeps after a forward pass from x to y."""
        arrays: dict[str, Any] = {n: one for n, one in kept.items() if isinstance(one, np.ndarray)}

        def named(wanted: Any) -> str:
            alike = (n for n, one in arrays.items() if np.array_equal(one, wanted))
            return next((f"self.{name}" for name in alike), "")

        shape = np.shape(x)
        like = (f"self.{name}" for name, one in arrays.items() if one.shape == shape)
        numbers = {f"self.{n}": v for n, v in kept.items() if isinstance(v, float)}
        mask = named(x > 0.0) if hasattr(x, "dtype") else ""
        return OwnWords(method, named(x), named(y), mask, next(like, ""), numbers)

    def put_into(self, line: str) -> str:
        """A line in x and p with what the object has; what it has not is to be kept first."""
        if self.mask:
            line = re.sub(r"\b[xz] > 0\b", self.mask, line)
        if self.y and not re.search(r"\bp = ", line):
            line = re.sub(r"(?<![\w.])p\b(?!\s*=[^=])", self.y, line)
        line = _NUMBER.sub(lambda found: self._number(found[0]), line)
        if not self.x and self.like_x:
            line = _ONLY_SIZES.sub(lambda found: self._sized(found[0]), line)
        told = re.sub(r"(?<![\w.])[xz]\b(?!\s*=[^=])(?!\()", self.x or "self.x", line)
        missing = not self.x and told != line
        return f"{told}  # with self.x = x in the forward pass" if missing else told

    def _number(self, text: str) -> str:
        value = float(text)
        same = (name for name, one in self.numbers.items() if abs(one - value) <= 1e-6 * abs(value))
        return text if value in _PLAIN else next(same, text)

    def _sized(self, text: str) -> str:
        return re.sub(r"(?<![\w.])[xz]\b", self.like_x, text)


def returned_expression(function: Callable[..., Any]) -> str:
    """What stands behind a function's only `return`; "" where there are more, or it is long."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError, IndexError):
        return ""
    if any(isinstance(node, ast.Lambda) for node in ast.walk(tree)):
        return ""
    found = [one.value for one in ast.walk(tree) if isinstance(one, ast.Return)]
    if len(found) != 1 or found[0] is None or isinstance(found[0], ast.Tuple):
        return ""
    told = ast.unparse(found[0])
    is_one = isinstance(found[0], ast.Name | ast.Call | ast.Attribute | ast.Subscript)
    return "" if len(told) > _LONGEST else told if is_one else f"({told})"


def own_words_of(derivative: Any) -> OwnWords | None:
    """What was said of a derivative that is a backward pass after its forward pass."""
    found = getattr(inspect.unwrap(derivative), "own_words", None) if callable(derivative) else None
    return found if isinstance(found, OwnWords) else None
