"""Their derivative, written out: for each row the matrix that it amounts to.

jacobian     derivative(x) is the matrix, or one a row
vjp          derivative(x, g): row i of the matrix is what it gives for g = e_i
jvp          derivative(x, v): column j of the matrix is what it gives for v = e_j
gradient     derivative(x), like x: the one row of the matrix
elementwise  derivative(x), like x: the diagonal of the matrix
hessian      derivative(x) is the matrix of second derivatives of a number a row
hvp          derivative(x, v): column j of that matrix is what it gives for v = e_j
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import prod
from typing import Any, Literal

import numpy as np

from softgrad.checking.frameworks import Framework, Numbers, to_real
from softgrad.checking.rows import RowFunction
from softgrad.errors import ShapeError

Form = Literal["jacobian", "vjp", "jvp", "gradient", "elementwise", "hessian", "hvp"]
Argument = Literal["input", "output"]

#: How often a product of theirs may be rounded.
_ROUNDINGS = 64.0


class DerivativeRaisesError(Exception):
    """Theirs raises an exception of its own; the message says which."""


@dataclass(frozen=True, slots=True)
class Written:
    """A derivative at one point.

    Attributes:
        blocks: shape (batch, m, n).
        mixing: the largest entry between different rows, which has no business there.
        bend: how far its answer to a signed vector is from what its answers to the unit vectors
            add up to (vjp, jvp), beyond rounding; 0 for what is linear.
        idle: the product with no vector at all (vjp, jvp), shape (batch, ...); else zero.
        dtype: of the numbers that came.
    """

    blocks: Numbers
    dtype: np.dtype[Any]
    mixing: float = 0.0
    bend: float = 0.0
    idle: Numbers = field(default_factory=lambda: np.zeros(1))


@dataclass(frozen=True, slots=True)
class Sums:
    """A product of theirs with a direction, and the same of all terms' sizes."""

    sums: Numbers
    largest: Numbers


class Claim:
    """Their derivative of a function, in one of the forms.

    Args:
        derivative: the caller's, a function or the array that it would give at one point.
        form: what it claims to be; an hvp is a hessian that comes in products.
        function: what it claims to be the derivative of.
        argument: whether it is called with the function's input or with its output.
        whole: the shape of the caller's x, if the function is that of a part of it.

    Attributes:
        given: the caller's derivative.
    """

    def __init__(
        self,
        derivative: Any,
        form: Form,
        function: RowFunction,
        argument: Argument,
        whole: tuple[int, ...] | None = None,
    ) -> None:
        self.whole = function.view.shape if whole is None else whole
        self.called_as: Form = form
        self.form: Form = "hessian" if form == "hvp" else form
        self.function = function
        self.argument: Argument = argument
        self.gave_integers = False
        self.given = derivative
        self.is_array = not callable(derivative)
        self._derivative: Callable[..., Any] = (
            derivative if callable(derivative) else lambda *_: derivative
        )

    def of(self, function: RowFunction) -> Claim:
        """The same derivative, claimed of the same function at another point or size."""
        return Claim(self._derivative, self.called_as, function, self.argument)

    def _called(self, *arguments: Any) -> Any:
        try:
            return self._derivative(*arguments)
        except Exception as error:
            raise DerivativeRaisesError(f"{type(error).__name__}: {error}") from error

    def _read(self, found: Any) -> Numbers:
        kind = str(getattr(found, "dtype", ""))
        self.gave_integers = self.gave_integers or "int" in kind
        return to_real(found, "the derivative")

    def at(self, x: Numbers) -> Written:
        """Written out at rows x, shape (batch, n)."""
        point = self.function(x) if self.argument == "output" else x
        return self.when_given(point, x)

    def when_given(self, point: Numbers, x: Numbers) -> Written:
        """The same, but called with another point than x."""
        if self.called_as in ("vjp", "jvp", "hvp"):
            return self._products(point, x)
        y = self.function(x)
        found = self._read(self._called(self._made(point)))
        shape = (*y.shape, x.shape[1])
        if self.form == "elementwise":
            blocks = self._rows_like_x(found)[:, :, None] * np.eye(x.shape[1])
            return Written(blocks, found.dtype)
        if self.form == "gradient":
            return Written(self._rows_like_x(found)[:, None, :], found.dtype)
        if self.form == "hessian":
            shape = (x.shape[0], x.shape[1], x.shape[1])
        return self._matrices(found, shape)

    def product(self, x: Numbers, vector: Numbers) -> Numbers:
        """derivative(x, vector) as rows: vector like y for a vjp, else like x."""
        point = self.function(x) if self.argument == "output" else x
        return self._product(point, vector)[0]

    def times(self, x: Numbers, direction: Numbers) -> Sums:
        """Theirs times a direction, for the forms that are given no vector."""
        point = self.function(x) if self.argument == "output" else x
        if self.called_as == "hvp":
            sums = self._product(point, direction)[0]
            return Sums(sums, np.abs(sums))
        found = self._read(self._called(self._made(point)))
        if self.form in ("gradient", "elementwise"):
            terms = self._rows_like_x(found) * direction
            if self.form == "elementwise":
                return Sums(terms, np.abs(terms))
            sums = np.sum(terms, axis=-1, keepdims=True)
            return Sums(sums, np.sum(np.abs(terms), axis=-1, keepdims=True))
        rows = x.shape if self.form == "hessian" else self.function(x).shape
        blocks = self._matrices(found, (*rows, x.shape[1])).blocks
        return Sums(
            np.einsum("bij,bj->bi", blocks, direction),
            np.einsum("bij,bj->bi", np.abs(blocks), np.abs(direction)),
        )

    def _made(self, rows: Numbers) -> Any:
        view = self.function.view
        framework: Framework = self.function.framework
        like_x = rows.shape[1] == (prod(view.shape) if view.axis is None else view.width)
        return framework.make(view.from_rows(rows) if like_x else view.results_from_rows(rows))

    def _product(self, point: Numbers, vector: Numbers) -> tuple[Numbers, np.dtype[Any]]:
        view, make = self.function.view, self.function.framework.make
        if self.form == "vjp":
            found = self._called(self._made(point), make(view.results_from_rows(vector)))
        else:
            found = self._called(self._made(point), make(view.from_rows(vector)))
        array = self._read(found)
        like_result = self.form == "jvp"
        wanted = view.result if like_result else view.shape
        if array.shape != wanted:
            raise ShapeError(f"the {self.called_as} has shape {array.shape}, expected {wanted}")
        rows = view.results_to_rows(array) if like_result else view.to_rows(array)
        return rows, array.dtype

    def _products(self, point: Numbers, x: Numbers) -> Written:
        y = self.function(x)
        of = y if self.form == "vjp" else x
        lines: list[Numbers] = []
        mixing = 0.0
        dtype = np.dtype(np.float64)
        idle = self._product(point, np.zeros(of.shape))[0]
        for k in range(of.shape[1]):
            vector = np.zeros(of.shape)
            vector[:, k] = 1.0
            line, dtype = self._product(point, vector)
            lines.append(line)
        if len(of) > 1:
            vector = np.zeros(of.shape)
            vector[0] = np.linspace(-1.0, 1.5, of.shape[1])
            elsewhere = (self._product(point, vector)[0] - idle)[1:]
            mixing = float(np.max(np.abs(elsewhere), initial=0.0))
        blocks = np.stack(lines, axis=1 if self.form == "vjp" else 2)
        signed = np.random.default_rng(5).uniform(-1.0, 1.0, of.shape)
        bend = self._bend(blocks, signed, self._product(point, signed)[0], dtype)
        return Written(blocks, dtype, mixing=mixing, bend=bend, idle=idle)

    def _bend(
        self, blocks: Numbers, vector: Numbers, found: Numbers, dtype: np.dtype[Any]
    ) -> float:
        sizes, subscripts = np.abs(blocks), "bij,bi->bj" if self.form == "vjp" else "bij,bj->bi"
        summed = np.einsum(subscripts, blocks, vector)
        rounding = _ROUNDINGS * np.finfo(dtype).eps * np.einsum(subscripts, sizes, np.abs(vector))
        return float(np.max(np.abs(found - summed) - rounding, initial=0.0))

    def _rows_like_x(self, found: Numbers) -> Numbers:
        view = self.function.view
        if self.form == "elementwise" and prod(view.result) != prod(view.shape):
            raise ShapeError(
                f"the function takes {view.shape} to {view.result}: no elementwise derivative"
            )
        if found.shape != view.shape:
            raise ShapeError(
                f"the {self.form} derivative has shape {found.shape}, expected x's {view.shape}"
            )
        return view.to_rows(found)

    def _matrices(self, found: Numbers, shape: tuple[int, ...]) -> Written:
        """One matrix a row, or all rows by all rows."""
        batch, m, n = shape
        view = self.function.view
        fits = found.size == m * n and (found.ndim != 2 or found.shape == (m, n))
        if found.shape == (batch, m, n) or (batch == 1 and fits):
            return Written(found.reshape(batch, m, n), found.dtype)
        outer = view.shape if self.form == "hessian" else view.result
        last = view.axis is not None and view.axis == len(view.shape) - 1
        if found.shape == (*view.shape[:-1], m, n) and last:
            return Written(found.reshape(batch, m, n), found.dtype)
        flat = found.shape == (prod(outer), prod(view.shape)) and batch > 1
        if (found.shape == (*outer, *view.shape) or flat) and last:
            full = found.reshape(batch, m, batch, n)
            blocks = np.stack([full[b, :, b, :] for b in range(batch)])
            between = full.copy()
            for b in range(batch):
                between[b, :, b, :] = 0.0
            return Written(blocks, found.dtype, mixing=float(np.max(np.abs(between))))
        turned = " (the transpose has it)" if found.shape == (n, m) else ""
        raise ShapeError(
            f"the {self.form} has shape {found.shape}, expected {(*outer, *view.shape)}{turned}"
            + (f" or {(*view.shape[:-1], m, n)}" if batch > 1 else "")
        )
