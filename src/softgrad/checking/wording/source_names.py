"""The names that a derivative's author gave to what it is called with."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from softgrad.checking.frameworks import Numbers, to_real
from softgrad.checking.wording.own_words import OwnWords, own_words_of, returned_expression

#: What local names a line may take where its own is the author's for something else.
_LOCALS = ("p", "s", "y", "out", "result_of_f")


@dataclass(frozen=True, slots=True)
class SourceNames:
    """What the author calls things.

    Attributes:
        function: as it can be called.
        point: the input, or the output where the derivative takes that.
        vector: what comes from upstream, or the direction.
        own: what a backward pass has of its forward pass, if it is one.
        result: what it returns, where that is short.
    """

    function: str = "f"
    point: str = "x"
    vector: str = "g"
    own: OwnWords | None = None
    result: str = ""

    @staticmethod
    def of(
        function: Callable[..., Any], derivative: Any, roles: Sequence[str] = ("point", "vector")
    ) -> SourceNames:
        """Of two functions.

        Args:
            function: theirs; its name is used where it has one.
            derivative: theirs, or an array.
            roles: what each argument of the derivative is: "point", "vector", or something else.
        """
        found = dict(zip(roles, _parameters(derivative), strict=False))
        own = own_words_of(derivative)
        name = str(getattr(function, "__name__", ""))
        name = name if name.isidentifier() else "f"
        return SourceNames(
            f"self.{name}" if inspect.ismethod(function) else name,
            found.get("point", "x"),
            found.get("vector", "g"),
            own,
            returned_expression(inspect.unwrap(derivative) if own is None else own.method)
            if callable(derivative)
            else "",
        )

    @property
    def output(self) -> str:
        """A local name for the function's result that is none of theirs."""
        taken = (self.function, self.point, self.vector)
        return next(name for name in _LOCALS if name not in taken)

    def put_into(self, line: str, *, by_output: bool, of_loss: bool = False) -> str:
        """A line in x (or z), g and p with their names, and p computed first where it is used.

        Of a loss p is not the result: it stays what the line calls it. What the line assigns to
        gets another name where theirs is the same.
        """
        told = self._named(line, by_output=by_output, of_loss=of_loss)
        if self.result:
            alone = self.result[1:-1] if self.result.startswith("(") else self.result
            told = re.sub(r"^return result(?=\s*(#|$))", lambda _: f"return {alone}", told)
            told = re.sub(r"^return result\b", lambda _: f"return {self.result}", told)
        return told

    def _named(self, line: str, *, by_output: bool, of_loss: bool) -> str:
        if self.own is not None and not by_output:
            # Of its own arguments a backward pass has the upstream gradient alone.
            return re.sub(r"(?<![\w.])g\b", self.vector, self.own.put_into(line))
        for local in set(re.findall(r"\b(\w+) = ", line)) & {self.point, self.vector}:
            line = re.sub(rf"(?<![\w.]){local}\b", f"{local}_", line)
        if of_loss:
            theirs = {"g": self.vector, "p": "p", "x": self.point, "z": self.point}
            return _NAME.sub(lambda found: theirs[found[0]], line)
        output = self.point if by_output else self.output
        theirs = {"g": self.vector, "p": output, "x": self.point, "z": self.point}
        told = _NAME.sub(lambda found: theirs[found[0]], line)
        uses_output = "p" in _NAME.findall(line) and not re.search(r"\bp = ", line)
        if by_output or not uses_output:
            return told
        return f"{output} = {self.function}({self.point}); {told}"


#: A whole name, not an attribute, not a keyword's name.
_NAME = re.compile(r"(?<![\w.])(?:g|p|x|z)\b(?!\s*=[^=])(?!\()")


def _parameters(function: Any) -> list[str]:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [one.name for one in parameters if one.kind in positional]


def targets_of(function: Any) -> dict[str, Numbers]:
    """The arrays that a function was given besides its argument, by the names it has for them.

    Those of a `functools.partial`, and those that it reads from where it was written.
    """
    found: dict[str, Any] = {}
    if isinstance(function, partial):
        inner = function.func
        found = {**dict(zip(_parameters(inner), function.args, strict=False)), **function.keywords}
    else:
        with suppress(TypeError, ValueError):
            around = inspect.getclosurevars(function)
            found = {**around.nonlocals, **around.globals}
    arrays: dict[str, Numbers] = {}
    for name, value in found.items():
        if hasattr(value, "shape") or isinstance(value, list | tuple | float | int):
            with suppress(Exception):  # what is no array of numbers is no target
                arrays[name] = to_real(value, name)
    return arrays
