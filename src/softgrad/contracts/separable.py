"""Families of losses that are sums over entries: plain ones, and those of the true class alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple, final

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.contracts.domains import OF_COINS, SHARES, TRUE_CLASS_PROBABILITIES, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, RowLoss, Side
from softgrad.contracts.targets import TargetKind
from softgrad.errors import CapabilityError
from softgrad.operators import DiagonalPlusLowRank, Operator


class SeparableLoss(RowLoss, ABC):
    """sum_k f(r_k, t_k). A file supplies f and its two derivatives, entry by entry."""

    def is_separable(self, output: Domain) -> bool:
        """On every output."""
        return True

    @abstractmethod
    def entry_value(self, r: Forms, t: Array) -> Array:
        """f(r, t), shape (..., n)."""

    @abstractmethod
    def entry_gradient(self, r: Forms, t: Array) -> Array:
        """The derivative of f by r, shape (..., n)."""

    @abstractmethod
    def entry_hessian(self, r: Forms, t: Array) -> Array:
        """The second derivative of f by r, shape (..., n)."""

    def entry_output_hessian(self, r: Forms, t: Array) -> Array:
        """Hook of a loss on s = log a: f_ss - f_s, which is a^2 f_aa, without that subtraction."""
        return self.entry_hessian(r, t) - self.entry_gradient(r, t)

    def entry_prediction_hessian(self, r: Forms, t: Array) -> Array | None:
        """Hook of a loss on s = log a: f_aa, where `entry_output_hessian` / a / a underflows."""
        return None

    def entry_target_gradient(self, r: Forms, t: Array) -> Array:
        """Hook: the derivative of f by t, shape (..., n)."""
        raise CapabilityError(f"{self!r} has no derivative by its target")

    @final
    def row_value(self, r: Forms, t: Array) -> Array:
        """The sum over the row."""
        return r.xp.sum(_kept(r, self.entry_value(r, t)), axis=-1)

    @final
    def row_gradient(self, r: Forms, t: Array) -> Array:
        """Entry by entry."""
        return _kept(r, self.entry_gradient(r, t))

    @final
    def row_hessian(self, r: Forms, t: Array) -> DiagonalPlusLowRank:
        """A diagonal."""
        return DiagonalPlusLowRank(_kept(r, self.entry_hessian(r, t)))

    @final
    def row_output_hessian(self, r: Forms, t: Array) -> DiagonalPlusLowRank:
        """A diagonal."""
        return DiagonalPlusLowRank(_kept(r, self.entry_output_hessian(r, t)))

    @final
    def row_prediction_hessian(self, r: Forms, t: Array) -> Operator:
        """A diagonal."""
        own = self.entry_prediction_hessian(r, t)
        if own is None:
            return super().row_prediction_hessian(r, t)
        return DiagonalPlusLowRank(_kept(r, own))

    @final
    def row_target_gradient(self, r: Forms, t: Array) -> Array:
        """Entry by entry."""
        return _kept(r, self.entry_target_gradient(r, t))


class DifferenceLoss(SeparableLoss, ABC):
    """sum_k f(r_k - t_k): what it loses by the prediction it gains by the target."""

    @final
    def entry_target_gradient(self, r: Forms, t: Array) -> Array:
        """-f'."""
        return -self.entry_gradient(r, t)


def _kept(r: Forms, entries: Array) -> Array:
    """0 at masked entries, whatever f makes of the 0 or -inf that stands there."""
    return entries if r.keep is None else r.xp.where(r.keep, entries, r.xp.zeros_like(entries))


def counted(xp: Namespace, share: Array, values: Array) -> Array:
    """share * values, where a share of 0 counts nothing even of infinity, and NaN stays NaN."""
    product = share * values
    return xp.where((share == 0) & (values == values), xp.zeros_like(product), product)


class TrueClass(NamedTuple):
    """The probability of a class in the three ways that a loss of it may need.

    Attributes:
        nll: L = -log p >= 0, accurate when p is near 1.
        p: the probability.
        q: 1 - p, accurate when p is near 1.
    """

    nll: Array
    p: Array
    q: Array


class TrueClassLoss(RowLoss, ABC):
    """sum_c t_c psi(-log p_c), on coins also (1 - t_c) psi(-log(1 - p_c)).

    A file supplies psi and its derivatives by L = -log p. On log-probabilities the gradient is
    -psi' t and the Hessian psi'' t, so neither divides by p (the chain rule does the rest).
    """

    accepts: ClassVar[tuple[Domain, ...]] = TRUE_CLASS_PROBABILITIES
    lives_on: ClassVar[LivesOn] = LivesOn.LOG
    targets: ClassVar[TargetKind] = "classes"
    target_domain: ClassVar[Domain | None] = SHARES
    two_sided: ClassVar[bool] = True
    linear_in_target: ClassVar[bool] = True

    def is_separable(self, output: Domain) -> bool:
        """On coins, each of which is a row's worth of classes."""
        return output.kind in OF_COINS

    @abstractmethod
    def psi(self, xp: Namespace, c: TrueClass) -> Array:
        """psi(L)."""

    @abstractmethod
    def psi_first(self, xp: Namespace, c: TrueClass) -> Array:
        """psi'(L)."""

    @abstractmethod
    def psi_second(self, xp: Namespace, c: TrueClass) -> Array:
        """psi''(L)."""

    def psi_by_output(self, xp: Namespace, c: TrueClass) -> Array:
        """Hook: psi'' + psi', which is p^2 times the second derivative by p, without that sum."""
        return self.psi_second(xp, c) + self.psi_first(xp, c)

    def psi_by_prediction(self, xp: Namespace, c: TrueClass) -> Array:
        """Hook: the second derivative of psi by p itself, here `psi_by_output` / p / p."""
        scaled = self.psi_by_output(xp, c)
        return xp.where(scaled == 0, scaled, scaled / c.p / c.p)

    def exact_psi(self, p: Any) -> Any:
        """Hook: psi(-log p) by its definition in p, in mpmath.

        Raises:
            CapabilityError: the file supplies none.
        """
        raise CapabilityError(
            f"{type(self).__name__} has no exact definition, which the laws compare with; write "
            "`def exact_psi(self, p)`: psi(-log p) of an mpmath number"
        )

    @final
    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """sum_c t_c psi(p_c), with both sides of each coin."""
        heads = sum(y * self.exact_psi(p) for p, y in zip(r, t, strict=True) if y)
        if side == "class":
            return heads
        tails = sum((1 - y) * self.exact_psi(1 - p) for p, y in zip(r, t, strict=True) if y != 1)
        of_heads, of_tails = self.side_weights
        return of_heads * heads + of_tails * tails

    @final
    def row_value(self, r: Forms, t: Array) -> Array:
        """The sum over classes that the target names; the others count nothing, even at p = 0."""
        return r.xp.sum(_weighted(r, t, self.psi(r.xp, _true_class(r))), axis=-1)

    @final
    def row_gradient(self, r: Forms, t: Array) -> Array:
        """-psi' t, by log p."""
        return -_weighted(r, t, self.psi_first(r.xp, _true_class(r)))

    @final
    def row_hessian(self, r: Forms, t: Array) -> DiagonalPlusLowRank:
        """diag(psi'' t), by log p."""
        return DiagonalPlusLowRank(_weighted(r, t, self.psi_second(r.xp, _true_class(r))))

    @final
    def row_output_hessian(self, r: Forms, t: Array) -> DiagonalPlusLowRank:
        """diag((psi'' + psi') t)."""
        return DiagonalPlusLowRank(_weighted(r, t, self.psi_by_output(r.xp, _true_class(r))))

    @final
    def row_prediction_hessian(self, r: Forms, t: Array) -> DiagonalPlusLowRank:
        """The diagonal of t times the second derivative of psi by p."""
        return DiagonalPlusLowRank(_weighted(r, t, self.psi_by_prediction(r.xp, _true_class(r))))

    @final
    def row_target_gradient(self, r: Forms, t: Array) -> Array:
        """psi, of every class: also of those that the target does not name."""
        return _kept(r, self.psi(r.xp, _true_class(r)))


def _true_class(r: Forms) -> TrueClass:
    return TrueClass(-r.log.value, r.p, r.q)


def _weighted(r: Forms, t: Array, psi: Array) -> Array:
    return _kept(r, counted(r.xp, t, psi))
