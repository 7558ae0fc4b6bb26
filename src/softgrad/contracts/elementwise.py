"""Families of activations that act entry by entry: plain ones, and coins (one probability each)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.activation import Activation
from softgrad.contracts.forms import Form, Forms, elementwise_form
from softgrad.errors import CapabilityError


class ElementWise(Activation, ABC):
    """a_i = f(z_i). A file supplies f, f' and f'', and what else the flags promise.

    Attributes:
        positive: whether f > 0 everywhere; then `log_form` is supplied.
        has_potential: whether f is non-decreasing; then `entry_excess` is supplied.
    """

    rowwise: ClassVar[bool] = False
    symmetric: ClassVar[bool] = True
    positive: ClassVar[bool] = False

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
        output = elementwise_form(
            self.value(xp, z), lambda: self.first(xp, z), lambda: self.second(xp, z)
        )
        return Forms(
            xp,
            z,
            output,
            log=(lambda: self.log_form(xp, z)) if self.positive else None,
            excess=(lambda f, t: xp.sum(self.entry_excess(xp, z, t) * f.weights, axis=-1))
            if self.has_potential
            else None,
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
        heads = Forms(
            xp,
            z,
            self.output_form(xp, z),
            complement=lambda: self.complement_form(xp, z).value,
            log=lambda: self.log_form(xp, z),
            other_side=lambda: tails(),
            excess=lambda f, t: xp.sum(self.entry_excess(xp, z, t) * f.weights, axis=-1),
        )

        def tails() -> Forms:
            return Forms(
                xp,
                z,
                self.complement_form(xp, z),
                complement=lambda: heads.p,
                log=lambda: self.log_complement_form(xp, z),
                other_side=lambda: heads,
            )

        return heads
