"""Slips in the formula of an activation: an operator, a factor, a branch, another function."""

import numpy as np

from checking.derivatives import sigmoid, silu, tanh
from checking.mistakes.registry import wrong


def gelu(z):
    return 0.5 * z * (1.0 + np.tanh(inner(z)))


def inner(z):
    return np.sqrt(2.0 / np.pi) * (z + 0.044715 * z**3)


def leaky(z):
    return np.where(z > 0.0, z, 0.1 * z)


def elu(z):
    return np.where(z > 0.0, z, 0.3 * np.expm1(np.minimum(z, 0.0)))


def bell(z):
    return np.exp(-(z**2))


@wrong("formula-slip", "elementwise", sigmoid, only=4)
def minus_for_times(z):
    a = sigmoid(z)
    return a - (1.0 - a)


@wrong("formula-slip", "elementwise", tanh, only=4)
def square_forgotten(z):
    return 1.0 - np.tanh(z)


@wrong("missing-factor", "elementwise", bell, only=4)
def bell_without_the_inner_slope(z):
    return np.exp(-(z**2))


@wrong("missing-factor", "vjp", sigmoid, only=4)
def sigmoid_once(z, g):
    return g * sigmoid(z)


@wrong("other-function", "elementwise", gelu, only=4)
def half_by_tanh_and_half_by_the_density(z):
    return 0.5 * (1.0 + np.tanh(inner(z))) + z * np.exp(-0.5 * z**2) / np.sqrt(2.0 * np.pi)


@wrong("other-function", "elementwise", silu, only=4)
def silu_with_a_slope_of_the_output(z):
    return sigmoid(z) + z * z * (1.0 - z)


@wrong("wrong-branch", "elementwise", leaky, batch=True, only=4)
def one_minus_alpha(z):
    return np.where(z > 0.0, 1.0, 0.9)


@wrong("wrong-branch", "elementwise", elu, batch=True, only=4)
def one_minus_alpha_below_zero(z):
    return np.where(z > 0.0, 1.0, 0.7 * np.exp(z))


@wrong("term-without-upstream", "vjp", silu, only=4)
def brackets_forgotten(z, g):
    s = sigmoid(z)
    return g * s + z * s * (1.0 - s)


@wrong("upstream-for-value", "vjp", sigmoid, only=4)
def upstream_taken_for_the_output(z, g):
    return g * (1.0 - g)


def steps(z):
    return np.floor(3.0 * z)


@wrong("slope-where-flat", "vjp", steps, only=4)
def straight_through(z, g):
    return g.copy()


@wrong("slope-where-flat", "elementwise", np.sign, only=4)
def straight_through_and_cut(z):
    return (np.abs(z) < 4.0) * 1.0
