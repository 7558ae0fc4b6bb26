"""How an activation and a loss compose, or why they do not, in words."""

from __future__ import annotations

from softgrad.arrays.namespaces import Namespace
from softgrad.catalogue import suggestions
from softgrad.contracts.activation import Activation
from softgrad.contracts.forms import LivesOn
from softgrad.contracts.loss import Loss, RowLoss


def chain_path(activation: Activation, loss: Loss, xp: Namespace) -> str:
    """The representations that the chain rule goes through, and the framework that computes."""
    kind = activation.domain.kind
    entries = "values" if kind == "values" else "probabilities"
    logs = f"log-{entries}"
    output = logs if kind.startswith("log-") else entries
    called = {LivesOn.LOGITS: "logits", LivesOn.OUTPUT: output, LivesOn.LOG: logs}
    through = sorted({called[term.lives_on] for _, term in loss.terms})
    name = xp.__name__.removeprefix("array_api_compat.")
    return f"chain rule through {' and '.join(through)} ({'NumPy' if name == 'numpy' else name})"


def why_not(activation: Activation, loss: Loss) -> str:
    """The domains that do not meet, and what each of the two fits with."""

    def refused(term: RowLoss) -> bool:
        return not term.fits(activation)

    term = next(term for _, term in loss.terms if refused(term))
    if term.needs_potential and not activation.has_potential:
        reason = f"{activation!r} is not the gradient of a convex potential, which {term!r} needs"
    elif any(activation.domain.is_within(one) for one in term.accepts):
        reason = f"{activation!r} gives no logarithm of its output, on which {term!r} is written"
    else:
        wanted = "; ".join(str(domain) for domain in term.accepts)
        reason = f"{activation!r} gives {activation.domain}, but {term!r} is defined on: {wanted}"
    return f"{reason}. {suggestions(activation, term)}"
