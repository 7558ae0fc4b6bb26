"""What a traced formula computes, in NumPy."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from softgrad.arrays import divergences, exact, exp_pair, normal, powers, precision, scaled, special
from softgrad.contracts import relative_entropy
from softgrad.kernels.generator.branches import Branch

# What each operation is in NumPy; those with a name of the package are its own functions.
OPERATIONS = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "negative": np.negative,
    "<": np.less, ">": np.greater, "<=": np.less_equal, ">=": np.greater_equal, "==": np.equal,
    "!=": np.not_equal, "&": np.logical_and, "|": np.logical_or, "~": np.logical_not,
    "pow": np.power, "abs": np.abs, "sign": np.sign, "where": np.where, "sin": np.sin,
    "maximum": np.maximum, "minimum": np.minimum, "copysign": np.copysign, "hypot": np.hypot,
    "exp": np.exp, "expm1": np.expm1, "log": np.log, "log1p": np.log1p, "sqrt": np.sqrt,
    "tanh": np.tanh, "atan": np.arctan, "asinh": np.arcsinh, "isnan": np.isnan,
    "isinf": np.isinf, "isfinite": np.isfinite,
}  # fmt: skip


FUNCTIONS = {
    "power": powers.power, "geometric_sum": powers.geometric_sum,
    "logarithm_series": powers.logarithm_series, "exp_times": scaled.exp_times,
    "expm1_of_sum": scaled.expm1_of_sum, "log1pmx": special.log1pmx,
    "normal_pdf_times": scaled.normal_pdf_times, "logistic_times": scaled.logistic_times,
    "logistic_slope_times": scaled.logistic_slope_times, "normal_pdf": normal.normal_pdf,
    "normal_cdf": normal.normal_cdf, "log_normal_cdf": normal.log_normal_cdf,
    "inverse_mills": normal.inverse_mills, "mills_excess": normal.mills_excess,
    "log_excess": divergences.log_excess, "softplus_divergence": divergences.softplus_divergence,
    "normal_divergence": divergences.normal_divergence,
    "log_log_divergence": divergences.log_log_divergence,
    "relative_entropy_term": relative_entropy.relative_entropy_terms,
}  # fmt: skip


RECORDS = {
    "two_sum": exact.two_sum,
    "two_product": lambda a, b: exact.two_product(np, a, b),
    "quotient_remainder": lambda a, b: exact.quotient_remainder(np, a, b),
    "exact_difference": lambda a, b: exact.exact_difference(np, a, b),
    "exponential_pair": lambda z: exp_pair.exp_pair(np, z),
    "logistic": lambda x: (special.logistic(np, x), special.logistic(np, -x)),
}


FIELD = {"high": 0, "low": 1, "p": 0, "q": 1}


def computed(node, inputs, parameters, known):
    """The values of a node of a traced formula, in NumPy."""
    if id(node) not in known:
        of = [computed(one, inputs, parameters, known) for one in node.arguments]
        operation = node.operation
        if operation == "constant":
            value = node.detail
        elif operation == "input":
            value = inputs[node.detail]
        elif operation == "parameter":
            value = parameters[node.detail[0]]
        elif operation == "minus_target":
            p, q, t = (inputs[name] for name in ("r.p", "r.q", "r.t"))
            value = np.where(p > 0.5, (1.0 - t) - q, p - t)
        elif operation == "log_ratio":
            r = SimpleNamespace(
                xp=np, p=of[1], log=SimpleNamespace(value=of[2]), minus=lambda t: -of[3]
            )
            value = relative_entropy.log_ratio(r, of[0])
        elif operation == "polynomial":
            value = precision.polynomial(of[0], node.detail)
        elif operation in RECORDS:
            value = RECORDS[operation](*map(np.asarray, of))
        elif operation in FIELD:
            value = of[0][FIELD[operation]]
        elif operation in FUNCTIONS:
            value = FUNCTIONS[operation](np, *(x if np.ndim(x) else float(x) for x in of))
        else:
            value = OPERATIONS[operation](*of)
        known[id(node)] = value
    return known[id(node)]


def results(tree, inputs, parameters):
    """What a traced function returns, on the sides of its branches that the parameters take."""
    while isinstance(tree, Branch):
        holds = bool(computed(tree.condition, inputs, parameters, {}))
        tree = tree.yes if holds else tree.no
    known = {}
    return [computed(node, inputs, parameters, known) for node in tree]
