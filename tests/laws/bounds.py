"""How many ULP each law allows, and the few entries that are allowed more, with the reason.

Goals: softmax within 4 ULP, log-softmax and loss within 3, gradient and element-wise derivatives
within 4. Those are asserted as they stand, without a condition number. Sums of terms of mixed
signs are measured in ULP of the sum of the absolute terms, which is what rounding each term
once costs.
"""

from __future__ import annotations

from typing import Any

from softgrad.testing.exact_pairs import NO_CONVEXITY as NO_CONVEXITY
from softgrad.testing.pair_laws import underflow as underflow

# Activations: error of a value, of log p and 1 - p, of an entry of the Jacobian.
VALUE = 4.0
DERIVATIVE = 4.0
ROW_DERIVATIVE = 8.0  # of a map of whole rows: a product of up to three rounded factors
CURVATURE = 16.0  # in ULP of sum_k |g_k| |second derivative of output k|

# Losses by their own prediction.
LOSS_VALUE = 4.0
LOSS_DERIVATIVE = 8.0

# Pairs, in ULP of the scales that laws.reference_pairs.ExactPair defines.
PAIR_VALUE = 4.0
PAIR_GRADIENT = 8.0
PAIR_HESSIAN = 32.0

# Names whose derivative passes through 0 at no special number (-0.7518 for gelu): there even the
# rounding of z is felt, and errors are measured in ULP of |f'| + |z f''|.
SIGN_CHANGING_DERIVATIVES = ("gelu", "silu", "mish")

# (law, name of an activation or a loss) -> allowed ULP, where the default is not met, and why.


_COSINE = "four terms of mixed signs, each as large as the inverse square of the length"
_OVERLAP = "a quotient of sums: terms of both signs in its derivatives"
_MIXED = "p log(p / t) has both signs, class by class"
_POWERS = "two powers of the mean, of both signs for rho below 1 or above 2"
_TWO_SIDES = "H - diag(g) on both sides of a coin, whose difference is as small as 1 - p"
_TAIL = "exp(-s^2 / 2) far out, where rounding s is felt s^2 times"
ALLOWED: dict[tuple[str, str], tuple[float, str]] = {
    ("pair value", "cosine"): (8.0, "differences of two directions, each rounded"),
    ("pair gradient", "cosine"): (32.0, _COSINE),
    ("pair hessian", "cosine"): (4096.0, _COSINE),
    ("gauss newton", "cosine"): (4096.0, _COSINE),
    ("pair gradient", "tversky"): (24.0, _OVERLAP),
    ("pair hessian", "tversky"): (1024.0, _OVERLAP),
    ("gauss newton", "tversky"): (1024.0, _OVERLAP),
    ("pair hessian", "tweedie"): (128.0, _POWERS),
    ("gauss newton", "tweedie"): (128.0, _POWERS),
    ("gauss newton", "gaussian"): (96.0, "the square of y - m, which is rounded near m = y"),
    ("pair hessian", "accelerated_failure_time"): (512.0, _TAIL),
    ("gauss newton", "accelerated_failure_time"): (512.0, _TAIL),
    ("pair gradient", "pairwise_logistic"): (24.0, "weights of NDCG are quotients of logarithms"),
    ("pair hessian", "cox"): (64.0, "an exponential of three logarithms"),
    ("gauss newton", "cox"): (64.0, "an exponential of three logarithms"),
    ("pair value", "reverse_kl_divergence"): (8.0, _MIXED),
    ("gauss newton", "jensen_shannon"): (2048.0, _TWO_SIDES),
    ("gauss newton", "reverse_kl_divergence"): (2048.0, _TWO_SIDES),
}


def allowed(law: str, default: float, *things: Any) -> float:
    """The bound for a law on these activations and losses."""
    found = [ALLOWED.get((law, thing.name), (default, ""))[0] for thing in things]
    return max([default, *found])
