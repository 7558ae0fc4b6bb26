"""What an activation and a loss must supply, and everything that follows from it."""

from softgrad.contracts.activation import Activation
from softgrad.contracts.domains import Domain
from softgrad.contracts.elementwise import Coin, ElementWise
from softgrad.contracts.forms import Form, Forms, elementwise_form
from softgrad.contracts.loss import LivesOn, Loss, LossSum, RowLoss
from softgrad.contracts.normalised import Normalised, Weights
from softgrad.contracts.parameters import choice, parameter
from softgrad.contracts.separable import DifferenceLoss, SeparableLoss, TrueClass, TrueClassLoss

__all__ = [
    "Activation",
    "Coin",
    "DifferenceLoss",
    "Domain",
    "ElementWise",
    "Form",
    "Forms",
    "LivesOn",
    "Loss",
    "LossSum",
    "Normalised",
    "RowLoss",
    "SeparableLoss",
    "TrueClass",
    "TrueClassLoss",
    "Weights",
    "choice",
    "elementwise_form",
    "parameter",
]
