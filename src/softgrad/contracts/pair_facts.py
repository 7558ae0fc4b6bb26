"""What follows for a pair from what its activation and its loss say of themselves."""

from __future__ import annotations

from softgrad.contracts.activation import Activation
from softgrad.contracts.domains import OF_COINS
from softgrad.contracts.loss import Loss, RowLoss

# With one class for sure, or one side of a coin: shares of a target add up to 1.
_CERTAIN = ("simplex", "log-simplex", "coins", "log-coins")
_CLASSES = ("simplex", "log-simplex")


def only_term(loss: Loss) -> RowLoss | None:
    """The simple loss that it is but for a factor; None where it is a sum of several."""
    (_, term), *others = loss.terms
    return None if others else term


def is_squared_error(activation: Activation, loss: Loss) -> bool:
    """Whether it is the squared distance of values, but for a positive factor."""
    (factor, term), *others = loss.terms
    is_square = term.constant_hessian and term.convex and factor > 0.0 and not others
    return is_square and activation.link == "identity"


def takes_sides(activation: Activation, loss: Loss) -> bool:
    """Whether an entry of a target is the share of one side of a coin, from 0 to 1.

    A loss of values compares log-probabilities with a target of their own kind.
    """
    kind = activation.domain.kind
    return kind == "coins" or (kind == "log-coins" and loss.target_kind != "entries")


def is_flat(activation: Activation, loss: Loss, columns: int) -> bool:
    """Whether the second derivative by the logits is 0 off kinks, in rows of that length.

    A loss that does not change with the scale knows only the sign of a single number, and one that
    compares entries nothing at all.
    """

    def is_so(term: RowLoss) -> bool:
        if (term.scale_invariant or term.compares_entries) and columns == 1:
            return True
        return term.is_flat(activation.domain) and activation.is_piecewise_linear()

    return all(is_so(term) for _, term in loss.terms)


def is_separable(activation: Activation, loss: Loss) -> bool:
    """Whether a row's loss is the sum of its entries', each of which may be a row of its own."""
    if activation.rowwise:
        return False
    return all(term.is_separable(activation.domain) for _, term in loss.terms)


def counts_by_entry(activation: Activation, loss: Loss) -> bool:
    """Whether the losses of frameworks take each entry for a row, and their mean is over all.

    A loss of labels on values, as of given log-probabilities, is one of classes all the same.
    """
    takes_numbers = loss.target_kind == "entries"
    return is_separable(activation, loss) and (takes_numbers or activation.domain.kind in OF_COINS)


def is_target_free(activation: Activation, loss: Loss) -> bool:
    """Whether the Hessian by the logits is the same for every target, its diagonal not negative.

    It is the Jacobian of the activation, but for a factor, where the loss is the one that belongs
    to it, or the likelihood of natural parameters (of targets whose shares add up to 1); else
    neither of the two may bend but for a constant.
    """
    is_natural = activation.natural_scale() is not None and activation.domain.kind in _CERTAIN
    is_straight = activation.is_piecewise_linear()

    def is_so(weight: float, term: RowLoss) -> bool:
        by_constants = is_straight and term.constant_hessian and term.convex
        is_likelihood = is_natural and term.log_score
        return weight >= 0.0 and (term.needs_potential or is_likelihood or by_constants)

    return all(is_so(weight, term) for weight, term in loss.terms)


def moves_between_classes(activation: Activation, loss: Loss) -> bool:
    """Whether the Hessian is a multiple of diag(p) - p p^T.

    Its rows then add up to 0, and no entry off the diagonal is above 0.
    """
    is_of_classes = activation.natural_scale() is not None and activation.domain.kind in _CLASSES
    return is_of_classes and is_target_free(activation, loss)
