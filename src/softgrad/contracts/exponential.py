"""Exponentials as the weights of a normalised map: softmax and its nearest relatives."""

from __future__ import annotations

from softgrad.arrays.namespaces import Array, Namespace
from softgrad.arrays.special import shifted_exponentials
from softgrad.contracts.normalised import Weights


def exponential_weights(xp: Namespace, z: Array, temperature: float = 1.0) -> Weights:
    """exp((z - max z) / T), the largest left out of the sum; a = 1 / T and b = 1 / T^2."""
    e = shifted_exponentials(xp, z, temperature)
    a = 1.0 / temperature
    return Weights(e.weights, e.differences, e.rest, e.mask, a, a * a)
