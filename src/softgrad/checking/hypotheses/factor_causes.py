"""Where a factor may come from: counts, a 2, a sign, a temperature, sums of weights.

The likeliest is first: one cause before two, and of those a 2 before the number of rows, before
the number of all entries, before that of classes.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import isclose, prod
from typing import Any, cast

import numpy as np

from softgrad.checking.claim import Claim
from softgrad.checking.frameworks import to_real
from softgrad.errors import InputTypeError

_NEAR = 1e-4
_MATRIX = 2


@dataclass(frozen=True, slots=True)
class Count:
    """Something that is divided by.

    Attributes:
        name: in words.
        code: in Python.
        value: here.
        is_size: whether it is of x's shape, and the same in every mean over it.
    """

    name: str
    code: str
    value: float
    is_size: bool = False


#: Of logarithms.
_BASES = tuple(Count(f"np.log({base})", f"np.log({base})", float(np.log(base))) for base in (2, 10))


@dataclass(frozen=True, slots=True)
class Cause:
    """One explanation of a factor on the right derivative.

    Attributes:
        sign: -1 where the sign is wrong, too.
        twos: the power of 2 that is too many.
        times: theirs has it as a factor too many, for it is not divided by.
        over: theirs is divided by it, and should not be.
    """

    sign: int
    twos: int
    times: Count | None
    over: Count | None

    @property
    def factor(self) -> float:
        """What theirs is of the right derivative."""
        times = self.times.value if self.times else 1.0
        over = self.over.value if self.over else 1.0
        return self.sign * 2.0**self.twos * times / over

    @property
    def weight(self) -> int:
        """How many mistakes it takes; 1 and more."""
        return (
            (self.sign < 0) + (self.twos != 0) + (self.times is not None) + (self.over is not None)
        )

    @property
    def is_a_mean(self) -> bool:
        """Whether a mean stands where the function has a sum, and nothing else is wrong."""
        return self.weight == 1 and self.over is not None

    @property
    def correction(self) -> str:
        """The line that puts it right."""
        above = [self.over.code] if self.over else []
        below = [self.times.code] if self.times else []
        (below if self.twos > 0 else above).extend(["2"] * abs(self.twos))
        line = " * ".join(["-result" if self.sign < 0 else "result", *sorted(above)])
        if not below:
            return line
        return (
            f"{line} / ({' * '.join(sorted(below))})" if len(below) > 1 else f"{line} / {below[0]}"
        )

    def in_words(self, *, is_of_squares: bool) -> str:
        """What is wrong, in a clause."""
        parts: list[str] = []
        if self.sign < 0:
            parts.append(
                "the sign is the other one" if self.weight > 1 else "only the sign is wrong"
            )
        if self.twos > 0:
            two = "the 2 of a square's derivative stands there twice, or the function has a 1/2"
            parts.append(two if is_of_squares else "a factor 2 is too many")
        if self.twos < 0:
            two = "the 2 of a square's derivative is missing"
            parts.append(two if is_of_squares else "a factor 2 is missing")
        if self.times is not None and self.over is not None:
            parts.append(f"{_told(self.over)} is divided by in place of {_told(self.times)}")
        elif self.times is not None:
            parts.append(f"{_told(self.times)} is not divided by")
        elif self.over is not None:
            mean = ", as for a mean, and the function has a sum" if self.over.is_size else ""
            parts.append(f"{_told(self.over)} is divided by{mean or ', and should not be'}")
        return ", and ".join(parts)


def _told(count: Count) -> str:
    code = count.code.strip("()") if "//" in count.code else count.code
    shown = f"{code}, {count.value:.6g}" if count.code != count.name else f"{count.value:.6g}"
    return f"{count.name} ({shown})"


def causes(factor: float, claim: Claim) -> list[Cause]:
    """Those that give the factor, the likeliest first."""
    found = [c for c in _all(claim) if isclose(c.factor, factor, rel_tol=_NEAR)]
    return sorted(found, key=lambda cause: cause.weight)


def explained(found: Sequence[Cause], claim: Claim) -> str:
    """The likeliest in words, and one other of counts that happen to be the same number."""
    if not found:
        return "no count of rows, classes or entries, and no 2: a constant of the formula, perhaps"
    first, *others = found
    squares = claim.form in ("gradient", "hessian", "elementwise")
    text = first.in_words(is_of_squares=squares)
    # One-hot targets sum to the number of rows: that is no cause of its own.
    alike = {count.name for count in counts_of(claim)}
    for rival in others:
        ends = {end.name for end in (rival.times, rival.over) if end is not None}
        if rival.weight == first.weight == 1 and ends <= alike:
            other = rival.in_words(is_of_squares=squares)
            return f"{text}; or {other}: here both are the same number"
    return text


def same_cause(cause: Cause, claim: Claim) -> Cause | None:
    """The same cause where there is another number of rows; None if there is none like it."""
    counts = {count.name: count for count in (*counts_of(claim), *given_to(claim), *_BASES)}
    ends = [cause.times, cause.over]
    if any(end is not None and end.name not in counts for end in ends):
        return None
    times, over = (None if end is None else counts[end.name] for end in ends)
    return Cause(cause.sign, cause.twos, times, over)


def _all(claim: Claim) -> Iterator[Cause]:
    """In the order in which causes of the same weight are told."""
    sizes, given = counts_of(claim), given_to(claim)
    for sign in (1, -1):
        for twos in (1, -1):
            yield Cause(sign, twos, None, None)
        if sign < 0:
            yield Cause(sign, 0, None, None)
        for counts in (sizes, given):
            for count in counts:
                yield Cause(sign, 0, count, None)
                yield Cause(sign, 0, None, count)
            for twos in (-1, 1):
                for count in counts:
                    # x - t for a mean of (x - t)^2 lacks both: the likelier of the two.
                    yield Cause(sign, twos, count, None)
                    yield Cause(sign, -twos, None, count)
        for first in (*sizes, *given):
            for second in (*sizes, *given):
                if first.name != second.name:
                    yield Cause(sign, 0, first, second)
        for base in _BASES:
            yield Cause(sign, 0, base, None)
            yield Cause(sign, 0, None, base)


def counts_of(claim: Claim) -> list[Count]:
    """What may be divided by: rows, all entries, a row's entries, the number of outputs."""
    shape, view = claim.whole, claim.function.view
    axis = len(shape) - 1 if view.axis is None else view.axis
    if len(shape) < _MATRIX:
        found = [Count("the number of entries", "len(x)", prod(shape))]
    elif len(shape) == _MATRIX:
        rows = Count("the number of rows", "len(x)", shape[0])
        columns = Count("the number of columns", "x.shape[-1]", shape[1])
        across, along = (rows, columns) if axis else (columns, rows)
        found = [across, Count("the number of all entries", "x.size", prod(shape)), along]
    else:
        length = f"x.shape[{-1 if axis == len(shape) - 1 else axis}]"
        found = [
            Count("the number of rows", f"(x.size // {length})", prod(shape) // shape[axis]),
            Count("the number of all entries", "x.size", prod(shape)),
            Count("the length of a row", length, shape[axis]),
            Count("the batch size", "len(x)", shape[0]),
        ]
    if claim.form == "vjp" and len(view.result) >= _MATRIX and view.result[:1] != shape[:1]:
        # By weights: x has other rows than the batch that they are applied to.
        found.insert(0, Count("the number of rows of g", "len(g)", view.result[0]))
    outputs = view.result[-1] if view.result else 1
    if outputs not in (1, shape[-1] if shape else 1):
        found.append(Count("the number of outputs", "y.shape[-1]", outputs))
    return [replace(count, is_size=True) for count in found if count.value > 1]


def given_to(claim: Claim) -> list[Count]:
    """Sums of the arrays that the function was given by `functools.partial`, and their counts."""
    function = claim.function.given
    if not isinstance(function, partial):
        return []
    found: list[Count] = []
    for name, value in _arguments(cast(partial[Any], function)).items():
        try:
            array = to_real(value, name)
        except InputTypeError:  # an axis, a mode
            continue
        if array.ndim == 0:
            found.append(Count(name, name, float(array)))
            continue
        found.append(Count(f"the sum of {name}", f"np.sum({name})", float(np.sum(array))))
        found.append(
            Count(
                f"the count of {name} that is not 0",
                f"np.count_nonzero({name})",
                int(np.count_nonzero(array)),
            )
        )
    return [count for count in found if count.value not in (0, 1)]


def _arguments(function: partial[Any]) -> Mapping[str, Any]:
    """What a partial function has been given, by the names of its parameters."""
    try:
        names = [*inspect.signature(function.func).parameters]
    except (TypeError, ValueError):
        names = []
    places = {
        names[k] if k < len(names) else f"argument {k}": value
        for k, value in enumerate(function.args)
    }
    return {**places, **function.keywords}
