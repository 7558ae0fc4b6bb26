"""What each operation is called in C++, and which file of `cpp/arithmetic` has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from softgrad.kernels.generator.ranges import Bounds, is_moderate


@dataclass(frozen=True)
class Function:
    """A pattern with the arguments' text in it, and a header."""

    pattern: str
    header: str


def _of(pattern: str, header: str) -> Function:
    return Function(pattern, f"arithmetic/{header}.hpp")


# Of entries: packs in, a pack out (a record for those of `RECORDS`).
_FUNCTIONS = {
    "abs": _of("absolute({0})", "pack"),
    "sign": _of("sign_of({0})", "elementary"),
    "copysign": _of("with_sign_of({0}, {1})", "pack"),
    "sqrt": _of("square_root({0})", "pack"),
    "hypot": _of("hypotenuse({0}, {1})", "elementary"),
    "hypot of a moderate one": _of("moderate_hypotenuse({0}, {1})", "elementary"),
    "exp": _of("P::exp({0})", "precision"),
    "decay": _of("Decay<P>({0}).value()", "decay"),
    "exp_times": _of("Decay<P>({0}).times({1})", "decay"),
    "expm1_of_sum": _of("exponential_minus_one<P>({0}, {1})", "exponential_minus_one"),
    "expm1": _of("exponential_minus_one<P>({0})", "exponential_minus_one"),
    "log": _of("logarithm<P>({0})", "elementary"),
    "log1p": _of("log_one_plus<P>({0})", "elementary"),
    "log1p of a part": _of("log_one_plus_part<P>({0})", "logistic"),
    "sin": _of("sine({0})", "sine"),
    "sinh": _of("hyperbolic_sine<P>({0})", "elementary"),
    "asinh": _of("inverse_hyperbolic_sine<P>({0})", "elementary"),
    "tanh": _of("hyperbolic_tangent<P>({0})", "logistic"),
    "atan": _of("inverse_tangent<P>({0})", "inverse_tangent"),
    "logistic": _of("logistic<P>({0})", "logistic"),
    "logistic_times": _of("logistic_times<P>({0}, {1}, {2})", "logistic"),
    "logistic_slope_times": _of("logistic_slope_times<P>({0}, {1}, {2})", "logistic"),
    "log1pmx": _of("log1pmx({0})", "relative_entropy"),
    "log_excess": _of("log_excess({0}, {1})", "near_divergence"),
    "log_ratio": _of("log_ratio<P>({0}, {1}, {2}, {3}).value", "log_ratio"),
    "relative_entropy_term": _of("relative_entropy_term({0}, {1}, {2}, {3})", "relative_entropy"),
    "normal_pdf": _of("normal_pdf<P>({0})", "normal"),
    "normal_pdf_times": _of("normal_pdf_times<P>({0}, {1})", "normal"),
    "normal_cdf": _of("normal_cdf<P>({0})", "normal"),
    "log_normal_cdf": _of("log_normal_cdf<P>({0})", "normal"),
    "inverse_mills": _of("inverse_mills<P>({0})", "normal"),
    "mills_excess": _of("mills_excess({0})", "mills"),
    "softplus_divergence": _of("softplus_divergence({0}, {1})", "softplus_divergence"),
    "normal_divergence": _of("normal_divergence({0}, {1})", "normal_divergence"),
    "log_log_divergence": _of("log_log_divergence({0}, {1})", "log_log_divergence"),
    "two_sum": _of("two_sum({0}, {1})", "error_free"),
    "two_product": _of("two_product({0}, {1})", "error_free"),
    "quotient_remainder": _of("quotient_remainder({0}, {1})", "error_free"),
    "exact_difference": _of("exact_difference({0}, {1})", "error_free"),
    "exponential_pair": _of("exponential_pair({0})", "exponential_pair"),
    "quotient": _of("quotient<P>({0}, {1})", "inverse"),
    "isnan": _of("is_nan({0})", "pack"),
    "isinf": _of("(absolute({0}) == infinity)", "pack"),
    "isfinite": _of("(absolute({0}) < infinity)", "pack"),
    "polynomial": _of("polynomial({0}, {1})", "polynomial"),
    "power": _of("power<P>({0}, {1}, {2})", "power"),
    "pow": _of("power<P>({0}, {1})", "power"),
    "geometric_sum": _of("geometric_sum({0}, {1})", "series"),
    "logarithm_series": _of("logarithm_series({0}, {1})", "series"),
}
# The same for all entries: doubles.
NUMBERS = {
    "abs": "__builtin_fabs({0})",
    "exp": "__builtin_exp({0})",
    "expm1": "__builtin_expm1({0})",
    "log": "__builtin_log({0})",
    "log1p": "__builtin_log1p({0})",
    "sqrt": "__builtin_sqrt({0})",
    "pow": "__builtin_pow({0}, {1})",
    "maximum": "({0} > {1} ? {0} : {1})",
    "minimum": "({0} < {1} ? {0} : {1})",
}
# Operations with more than one result, and the type of all of them; each result is a field of it.
RECORDS = {
    "two_sum": "Pair",
    "two_product": "Pair",
    "quotient_remainder": "Pair",
    "exact_difference": "Pair",
    "exponential_pair": "Pair",
    "logistic": "Logistic",
}
FIELDS = frozenset({"high", "low", "p", "q"})
# Of these arguments, a number for all entries is taken as it is.
SCALAR_ARGUMENTS = {"power": {2}, "pow": {1}, "geometric_sum": {1}, "logarithm_series": {1}}


def function_for(operation: str, arguments: Sequence[Bounds], *, brief: bool) -> Function | None:
    """The function that serves an operation on entries between these bounds; None for operators."""
    if operation == "log1p" and arguments[0][0] >= 0 and arguments[0][1] <= 1:
        operation = "log1p of a part"
    if operation == "hypot" and any(map(is_moderate, arguments)):
        operation = "hypot of a moderate one"
    if operation == "/":
        return _FUNCTIONS["quotient"] if brief and is_moderate(arguments[1]) else None
    return _FUNCTIONS.get(operation)
