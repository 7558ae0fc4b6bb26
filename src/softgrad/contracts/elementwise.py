"""Families of activations that act entry by entry: plain ones, and coins (one probability each)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.precision import float32_through_float64
from softgrad.contracts.activation import Activation
from softgrad.contracts.declarations import is_concrete
from softgrad.contracts.domains import POSITIVE, Domain
from softgrad.contracts.forms import Form, Forms, elementwise_form, rounded_form
from softgrad.errors import CapabilityError, DefinitionError


class ElementWise(Activation, ABC):
    """a_i = f(z_i). A file supplies f, f' and f'', and what else the flags promise.

    Attributes:
        in_float32: whether NumPy computes float32 as it is; else through float64, rounded once.
        has_potential: whether `entry_excess` is supplied; f is then non-decreasing and continuous.
    """

    rowwise: ClassVar[bool] = False
    symmetric: ClassVar[bool] = True
    in_float32: ClassVar[bool] = False

    def __init_subclass__(cls, **keywords: Any) -> None:
        """A function whose domain says that it is positive everywhere has its logarithm."""
        super().__init_subclass__(**keywords)
        if is_concrete(cls):
            _check_logarithm(cls)

    @abstractmethod
    def value(self, xp: Namespace, z: Array) -> Array:
        """f(z)."""

    @abstractmethod
    def first(self, xp: Namespace, z: Array) -> Array:
        """f'(z), with the convention at kinks that the class documents."""

    @abstractmethod
    def second(self, xp: Namespace, z: Array) -> Array:
        """f''(z), 0 at kinks."""

    def log_form(self, xp: Namespace, z: Array) -> Form:
        """log f with its derivatives; supplied by positive functions."""
        raise CapabilityError(f"{self!r} is not positive: it has no logarithm")

    def entry_excess(self, xp: Namespace, z: Array, t: Array) -> Array:
        """F(z) + F*(t) - t z >= 0 with F' = f, entry by entry; supplied by monotone functions."""
        raise CapabilityError(f"{self!r} is not monotone: it has no canonical loss")

    @final
    def forms(self, xp: Namespace, z: Array) -> Forms:
        """The output, its logarithm where positive, its canonical loss where monotone."""
        excess = float32_through_float64(self.entry_excess)
        return Forms(
            xp,
            z,
            self._output(xp, z) if self.in_float32 else rounded_form(self._output, xp, z),
            log=(lambda: rounded_form(self.log_form, xp, z)) if self.positive else None,
            is_of_positive_values=self.positive,
            excess=(lambda f, t: _sum_of_kept(f, excess(xp, z, t))) if self.has_potential else None,
        )

    @final
    def _output(self, xp: Namespace, z: Array) -> Form:
        return elementwise_form(
            self.value(xp, z), lambda: self.first(xp, z), lambda: self.second(xp, z)
        )


class Coin(Activation, ABC):
    """p_i = f(z_i), each entry the probability of a coin of its own.

    A file supplies four forms: of p, of log p, of 1 - p and of log(1 - p), none by subtraction.
    """

    rowwise: ClassVar[bool] = False
    symmetric: ClassVar[bool] = True
    has_potential: ClassVar[bool] = True

    @abstractmethod
    def output_form(self, xp: Namespace, z: Array) -> Form:
        """p with its derivatives."""

    @abstractmethod
    def log_form(self, xp: Namespace, z: Array) -> Form:
        """log p with its derivatives."""

    @abstractmethod
    def complement_form(self, xp: Namespace, z: Array) -> Form:
        """1 - p with its derivatives."""

    @abstractmethod
    def log_complement_form(self, xp: Namespace, z: Array) -> Form:
        """log(1 - p) with its derivatives."""

    @abstractmethod
    def entry_excess(self, xp: Namespace, z: Array, t: Array) -> Array:
        """F(z) + F*(t) - t z >= 0 with F' = p, entry by entry."""

    @final
    def forms(self, xp: Namespace, z: Array) -> Forms:
        """Both sides of each coin."""
        excess = float32_through_float64(self.entry_excess)
        heads = Forms(
            xp,
            z,
            rounded_form(self.output_form, xp, z),
            complement=lambda: rounded_form(self.complement_form, xp, z).value,
            log=lambda: rounded_form(self.log_form, xp, z),
            other_side=lambda: tails(),
            excess=lambda f, t: _sum_of_kept(f, excess(xp, z, t)),
        )

        def tails() -> Forms:
            return Forms(
                xp,
                z,
                rounded_form(self.complement_form, xp, z),
                complement=lambda: heads.p,
                log=lambda: rounded_form(self.log_complement_form, xp, z),
                other_side=lambda: heads,
            )

        return heads


def _sum_of_kept(forms: Forms, entries: Array) -> Array:
    """The sum over the row; a masked entry counts nothing even if it is infinite or NaN."""
    xp = forms.xp
    if forms.keep is not None:
        entries = xp.where(forms.keep, entries, xp.zeros_like(entries))
    return xp.sum(entries, axis=-1)


_LOG_FORM = (
    "the method `log_form(self, xp, z)`: elementwise_form(log_value, first, second) of "
    "softgrad.contracts.forms, with log f, and functions that give its two derivatives"
)


def _check_logarithm(kind: type[ElementWise]) -> None:
    written = kind.log_form is not ElementWise.log_form
    if kind.positive and not written:
        raise DefinitionError(f"{kind.__name__}.positive is True; write {_LOG_FORM}")
    domain: object = kind.domain
    if isinstance(domain, Domain) and domain.is_within(POSITIVE) and not kind.positive:
        needed = "" if written else f", and {_LOG_FORM}"
        raise DefinitionError(
            f"{kind.__name__}.domain is positive everywhere ({domain}), and losses ask for the "
            f"logarithm; write `positive = True`{needed}"
        )
