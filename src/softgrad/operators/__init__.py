"""Derivatives as linear maps: every Jacobian and Hessian of the library is one of these."""

from softgrad.operators.categorical_covariance import CategoricalCovariance
from softgrad.operators.composite import Product, Sum
from softgrad.operators.congruence import Congruence, congruence
from softgrad.operators.diagonal_plus_low_rank import DiagonalPlusLowRank, without_flow
from softgrad.operators.operator import Operator
from softgrad.operators.pivot import Pivot
from softgrad.operators.state import checked_index
from softgrad.operators.suffix_gram import SuffixGram

__all__ = [
    "CategoricalCovariance",
    "Sum",
    "Congruence",
    "DiagonalPlusLowRank",
    "Operator",
    "Pivot",
    "Product",
    "SuffixGram",
    "checked_index",
    "congruence",
    "without_flow",
]
