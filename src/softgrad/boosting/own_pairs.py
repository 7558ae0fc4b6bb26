"""Which pairs a library has itself, and where it starts them from."""

from __future__ import annotations

from softgrad.boosting.point import Library
from softgrad.contracts import Activation, Loss
from softgrad.contracts.pair_facts import is_squared_error, only_term

_CLASSES = ("simplex", "coins")


def is_own(activation: Activation, loss: Loss, library: Library) -> bool:
    """Whether the library has the pair: with second derivatives of its own, or exact ones.

    Cross-entropy of softmax and sigmoid; Poisson, gamma and Tweedie of exp; Huber's loss, but for
    XGBoost.
    """
    term = only_term(loss)
    if term is None:
        return False
    if term.log_score:
        return activation.natural_scale() == 1.0 and activation.domain.kind in _CLASSES
    if activation.link == "identity":
        return term.linear_tails and library != "xgboost"
    power = term.variance_power()
    return activation.link == "log" and power is not None and 1.0 <= power <= 2.0


def starts_at_zero(activation: Activation, loss: Loss, library: Library) -> bool:
    """Whether the library starts the pair from scores of 0: CatBoost those of classes."""
    is_of_classes = all(term.log_score for _, term in loss.terms)
    return library == "catboost" and is_of_classes and is_own(activation, loss, library)


def is_twice_their_loss(activation: Activation, loss: Loss) -> bool:
    """Whether it is the squared error of values, of which the libraries take the half."""
    return is_squared_error(activation, loss) and loss.terms[0][0] == 1.0
