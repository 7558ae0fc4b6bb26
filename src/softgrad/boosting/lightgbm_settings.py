"""Settings of LightGBM that do something else beside an objective of one's own, or nothing.

LightGBM hands an objective scores and labels alone: the settings are read off the Booster that
is being updated, which stands a few calls up the stack.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any
from weakref import WeakSet

from softgrad.errors import ParameterError

# Booster.update calls a native objective, and scikit-learn's wrapper of it lies between.
_FARTHEST = 6
# Weights that LightGBM's binary and multiclassova objectives multiply in, and nothing else does.
# Each with what leaves the weights alone.
_IGNORED = {"scale_pos_weight": 1, "is_unbalance": 0, "unbalance": 0, "unbalanced_sets": 0}
_NO_METRIC = ("", "none", "null", "custom", "na")
# Raw scores are ordered as probabilities are.
_OF_ORDER = ("auc", "average_precision", "ndcg", "map", "mean_average_precision", "lambdarank")
# What scikit-learn's regressor adds unasked.
_DEFAULT_OF_VALUES = ("l2",)

_seen: WeakSet[Any] = WeakSet()


def check_settings(*, takes_raw_scores: bool) -> None:
    """Look at the settings of the Booster that calls, once a Booster.

    Args:
        takes_raw_scores: whether raw scores are predictions, so that LightGBM's metrics are right.

    Raises:
        ParameterError: weights of classes are set that would be ignored.

    Warns:
        UserWarning: a metric of LightGBM's own, which early stopping looks at, takes raw scores
            for probabilities or rates.
    """
    booster = _caller()
    if booster is None or booster in _seen:
        return
    _seen.add(booster)
    for name, neutral in _IGNORED.items():
        if booster.params.get(name) not in (None, neutral):
            raise ParameterError(
                f"{name}={booster.params[name]!r} is for LightGBM's own objectives, and ignored "
                "beside another one; give objective(..., class_weight={1: weight}), or "
                "sample_weight"
            )
    if getattr(booster, "name_valid_sets", None):
        _warn_of_metrics(booster.params.get("metric"), takes_raw_scores)


def _caller() -> Any:
    """The Booster in whose `update` this runs, or None."""
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    for _ in range(_FARTHEST):
        if frame is None:
            break
        found = frame.f_locals.get("self")
        if frame.f_code.co_name == "update" and isinstance(getattr(found, "params", None), dict):
            return found
        frame = frame.f_back
    return None


def _warn_of_metrics(given: Any, takes_raw_scores: bool) -> None:
    named = given.split(",") if isinstance(given, str) else list(given or ())
    names = [str(name).strip() for name in named]
    wrong = [name for name in names if name.lower() not in (*_NO_METRIC, *_OF_ORDER)]
    if takes_raw_scores:
        wrong = [name for name in wrong if name in _DEFAULT_OF_VALUES]
    if wrong:
        warnings.warn(
            f"LightGBM also watches {', '.join(wrong)}, of raw scores, and early stopping looks at "
            "it. Turn it off with metric='none', which obj.params() holds: "
            "LGBMClassifier(**obj.params(), ...), and watch metric(obj)",
            UserWarning,
            stacklevel=4,
        )
