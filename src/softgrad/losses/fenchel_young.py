"""The Fenchel-Young loss: the one convex loss that is canonical for an activation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from softgrad.arrays.namespaces import Array
from softgrad.contracts.domains import ANY_VALUES, Domain
from softgrad.contracts.forms import Forms
from softgrad.contracts.loss import LivesOn, RowLoss, Side
from softgrad.contracts.targets import TargetKind
from softgrad.errors import CapabilityError
from softgrad.operators import DiagonalPlusLowRank


@final
@dataclass(frozen=True, kw_only=True, repr=False)
class FenchelYoung(RowLoss):
    """F(z) + F*(t) - t.z for the convex potential F of the activation a, F' = a.

    By the logits its gradient is a(z) - t and its Hessian the Jacobian of a, whatever a is; it
    is convex in z, never negative, and 0 where a(z) = t. With softmax it is KL(t || p), with
    sparsemax the sparsemax loss, with identity half of `squared_error`, with exp half of the
    Poisson deviance. It belongs to an activation: without one it is not defined.

    Source: Blondel, Martins and Niculae 2020; for functions of one number the matching loss of
    Auer, Herbster and Warmuth 1996.
    """

    name: ClassVar[str] = "fenchel_young"
    accepts: ClassVar[tuple[Domain, ...]] = ANY_VALUES
    lives_on: ClassVar[LivesOn] = LivesOn.LOGITS
    targets: ClassVar[TargetKind] = "entries"
    target_domain: ClassVar[Domain | None] = None
    needs_potential: ClassVar[bool] = True

    def is_separable(self, output: Domain) -> bool:
        """Where the activation is taken entry by entry, its potential is a sum."""
        return True

    def row_value(self, r: Forms, t: Array) -> Array:
        """What the activation supplies: a sum of non-negative terms."""
        return r.excess(t)

    def row_gradient(self, r: Forms, t: Array) -> Array:
        """a(z) - t, by z; 0 at masked entries, where a logarithm is -inf."""
        slope = r.minus(t)
        return slope if r.keep is None else r.xp.where(r.keep, slope, r.xp.zeros_like(slope))

    def row_hessian(self, r: Forms, t: Array) -> DiagonalPlusLowRank:
        """The activation's Jacobian, by z."""
        return r.output.jacobian()

    def row_target_gradient(self, r: Forms, t: Array) -> Array:
        """Refused: it is the inverse of the activation at t, less the logits.

        Raises:
            CapabilityError: always. Of softmax use `kl_divergence`, which is the same loss.
        """
        raise CapabilityError(
            f"{self!r} has no derivative by its target: it would take the inverse of the "
            "activation. Of softmax and sigmoid kl_divergence is the same loss, and has one"
        )

    def exact(self, r: Sequence[Any], t: Sequence[Any], side: Side = "class") -> Any:
        """Outputs alone do not determine it.

        Raises:
            CapabilityError: always; its exact value at logits z is the integral of
                (activation.exact - t) . dz along a path to z from where the activation gives t.
        """
        raise CapabilityError(
            "fenchel_young is a function of logits: integrate activation.exact(z) - t instead"
        )
