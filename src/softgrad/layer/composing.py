"""Why an activation and a loss do not compose, in words."""

from __future__ import annotations

from softgrad.catalogue import suggestions
from softgrad.contracts.activation import Activation
from softgrad.contracts.loss import Loss, RowLoss


def why_not(activation: Activation, loss: Loss) -> str:
    """The domains that do not meet, and what each of the two fits with."""

    def refused(term: RowLoss) -> bool:
        return not term.fits(activation)

    term = next(term for _, term in loss.terms if refused(term))
    if term.needs_potential and not activation.has_potential:
        reason = f"{activation!r} is not the gradient of a convex potential, which {term!r} needs"
    else:
        wanted = "; ".join(str(domain) for domain in term.accepts)
        reason = f"{activation!r} gives {activation.domain}, but {term!r} is defined on: {wanted}"
    return f"{reason}. {suggestions(activation, term)}"
