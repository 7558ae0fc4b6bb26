"""What people type for what the catalogue calls otherwise: for "did you mean", never looked up.

A name stands for one thing alone: `nll` is of probabilities in one library, of their logarithms in
another, and `l1` a sum here, a mean there. So each is an error that names what is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

#: By each other name, what it may mean; what the catalogue does not have is not shown.
OTHER_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # losses of classes
        "ce": ("cross_entropy",),
        "xent": ("cross_entropy",),
        "log": ("cross_entropy",),
        "logloss": ("cross_entropy",),
        "logarithmic": ("cross_entropy",),
        "nll": ("negative_log_likelihood", "cross_entropy"),
        "neg_log_likelihood": ("negative_log_likelihood", "cross_entropy"),
        "multinomial": ("cross_entropy",),
        "softmax_cross_entropy": ("cross_entropy",),
        "softmax_cross_entropy_with_logits": ("cross_entropy",),
        "categorical_crossentropy": ("cross_entropy",),
        "sparse_categorical_crossentropy": ("cross_entropy",),
        "bce": ("binary_cross_entropy", "cross_entropy"),
        "bce_with_logits": ("binary_cross_entropy", "cross_entropy"),
        "binary_crossentropy": ("binary_cross_entropy", "cross_entropy"),
        "binary_cross_entropy": ("binary_cross_entropy", "cross_entropy"),
        "binary_cross_entropy_with_logits": ("binary_cross_entropy", "cross_entropy"),
        "sigmoid_cross_entropy": ("binary_cross_entropy", "cross_entropy"),
        "logistic_loss": ("binary_cross_entropy", "cross_entropy"),
        "gce": ("generalised_cross_entropy",),
        "generalized_cross_entropy": ("generalised_cross_entropy",),
        "sce": ("symmetric_cross_entropy",),
        "focal_loss": ("focal",),
        "kl": ("kl_divergence",),
        "kl_div": ("kl_divergence",),
        "kld": ("kl_divergence",),
        "kullback_leibler": ("kl_divergence",),
        "relative_entropy": ("kl_divergence",),
        "reverse_kl": ("reverse_kl_divergence",),
        "js": ("jensen_shannon",),
        "jsd": ("jensen_shannon",),
        "rps": ("ranked_probability_score",),
        "brier": ("squared_error",),
        "brier_score": ("squared_error",),
        "zero_one": ("true_class_error",),
        "accuracy": ("true_class_error",),
        "jaccard": ("tversky",),
        "iou": ("tversky",),
        "f1": ("dice",),
        "multi_margin": ("weston_watkins",),
        "crammer_singer": ("hinge",),
        "svm": ("hinge",),
        "canonical": ("fenchel_young",),
        "sparsemax_loss": ("fenchel_young",),
        "entmax_loss": ("fenchel_young",),
        # losses of values
        "mse": ("squared_error",),
        "sse": ("squared_error",),
        "rmse": ("squared_error",),
        "l2": ("squared_error",),
        "mean_squared_error": ("squared_error",),
        "quadratic": ("squared_error",),
        "squared": ("squared_error",),
        "mae": ("absolute_error",),
        "l1": ("absolute_error",),
        "mean_absolute_error": ("absolute_error",),
        "absolute": ("absolute_error",),
        "mape": ("absolute_percentage_error", "absolute_error"),
        "mean_absolute_percentage_error": ("absolute_percentage_error", "absolute_error"),
        "msle": ("squared_log_error", "squared_error"),
        "rmsle": ("squared_log_error", "squared_error"),
        "mean_squared_log_error": ("squared_log_error", "squared_error"),
        "smooth_l1": ("huber",),
        "charbonnier": ("pseudo_huber",),
        "logcosh": ("log_cosh",),
        "pinball": ("quantile",),
        "tilted": ("quantile",),
        "cosine_similarity": ("cosine",),
        "cosine_embedding": ("cosine",),
        "poisson_nll": ("poisson",),
        "poisson_deviance": ("poisson",),
        "gamma": ("tweedie",),
        "gamma_deviance": ("tweedie",),
        "gaussian_nll": ("gaussian",),
        "normal": ("gaussian",),
        # activations
        "logistic": ("sigmoid",),
        "expit": ("sigmoid",),
        "logit": ("sigmoid",),
        "inverse_logit": ("sigmoid",),
        "logsigmoid": ("log_sigmoid",),
        "logsoftmax": ("log_softmax",),
        "multinomial_logit": ("softmax",),
        "soft_argmax": ("softmax",),
        "one_hot": ("hardmax",),
        "argmax": ("hardmax",),
        "linear": ("identity",),
        "none": ("identity",),
        "swish": ("silu",),
        "sil": ("silu",),
        "hard_swish": ("hard_swish", "silu"),
        "rectifier": ("relu",),
        "ramp": ("relu",),
        "lrelu": ("leaky_relu",),
        "prelu": ("leaky_relu",),
        "exponential": ("exponential", "exp"),
        "atan": ("arctan",),
        "soft_relu": ("softplus",),
        "smooth_relu": ("softplus",),
        "normal_cdf": ("probit",),
        "norm_cdf": ("probit",),
        "phi": ("probit",),
        "cloglog": ("complementary_log_log",),
        "entmax15": ("entmax",),
        "normalize": ("l2_normalise",),
        "normalise": ("l2_normalise",),
        "l2_normalize": ("l2_normalise",),
        "off_by_one_softmax": ("softmax_plus_one",),
        "softmax1": ("softmax_plus_one",),
        "softmax_one": ("softmax_plus_one",),
        "hardtanh": ("hard_tanh",),
        "hardsigmoid": ("hard_sigmoid",),
    }
)
#: Those that mean a pair, which must be said beside the name.
_OF_COINS = frozenset(
    {
        "bce",
        "bce_with_logits",
        "binary_crossentropy",
        "binary_cross_entropy",
        "binary_cross_entropy_with_logits",
        "sigmoid_cross_entropy",
        "logistic_loss",
    }
)


def meant_by(name: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """The known names that may be meant, the likeliest first: by another name, or a slip."""
    table = list(known)
    spelled = _snake_case(name)
    stem = spelled.removesuffix("_loss")
    for key in (spelled, stem):
        for candidate in (key, key.replace("_", "")):
            found = [x for x in OTHER_NAMES.get(candidate, ()) if x in table]
            if found:
                note = " (with the activation sigmoid)" if candidate in _OF_COINS else ""
                return [f"{x}{note}" for x in found[:most]]
    from difflib import get_close_matches

    same = [x for x in table if x.replace("_", "") == stem.replace("_", "")]
    return same or get_close_matches(spelled, table, n=most)


def _snake_case(name: str) -> str:
    """`BCEWithLogitsLoss`, `bce-with-logits` -> `bce_with_logits`, as a name is spelled here."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name.strip())
    return re.sub(r"[\s\-]+", "_", parted).lower()
