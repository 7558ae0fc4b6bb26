"""Derivatives by what a layer holds, or is given beside its input: weights, biases, scales."""

from softgrad.checking.parameters.by_argument import by_arguments
from softgrad.checking.parameters.by_attribute import by_attributes
from softgrad.checking.parameters.partial_pair import PartialPair

__all__ = ["PartialPair", "by_arguments", "by_attributes"]
