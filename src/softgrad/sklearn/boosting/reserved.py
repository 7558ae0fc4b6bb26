"""Parameters of the libraries that are not passed on, or that no library knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from softgrad.errors import ParameterError

_INSTEAD = {
    "activation= and loss= say what is trained": (
        "objective",
        "objective_type",
        "application",
        "app",
        "loss_function",
    ),
    "classes are those of y": ("num_class", "num_classes", "classes_count", "class_names"),
    "give class_weight={label: weight} or 'balanced'": (
        "scale_pos_weight",
        "is_unbalance",
        "unbalance",
        "unbalanced_sets",
    ),
    "training is watched and stopped by the loss itself; measure others on its predictions": (
        "metric",
        "metrics",
        "metric_types",
        "eval_metric",
        "custom_metric",
    ),
    "give n_estimators": (
        "iterations",
        "num_iterations",
        "num_iteration",
        "num_boost_round",
        "num_round",
        "num_rounds",
        "num_trees",
        "nrounds",
        "max_iter",
    ),
    "give early_stopping_rounds": ("early_stopping_round", "n_iter_no_change", "od_wait"),
    "give start= ('best' or 'zero')": ("base_score", "boost_from_average"),
}
_BOOSTERS = ("booster", "boosting", "boosting_type", "boost")
_OF_NAME = {name: instead for instead, names in _INSTEAD.items() for name in names}


def refuse_reserved(parameters: Mapping[str, Any], *, is_stopped: bool) -> None:
    """Raise for what the library would not see, or what would change the meaning of a loss.

    Args:
        parameters: of the library.
        is_stopped: whether the best rounds are to be kept, which DART does not allow.

    Raises:
        ParameterError: it says what to give in its place.
    """
    for name in parameters:
        if name in _OF_NAME:
            raise ParameterError(f"{name} is not passed on to the library: {_OF_NAME[name]}")
    if is_stopped and drops_trees(parameters):
        name = next(name for name in _BOOSTERS if name in parameters)
        raise ParameterError(
            f"early_stopping_rounds does not go with {name}='dart': later rounds change the "
            "weights of the trees before, so that the best rounds cannot be kept"
        )


def refuse_unknown(names: Iterable[str], known: Sequence[str]) -> None:
    """Raise for a parameter that the library does not have.

    Raises:
        ParameterError: it names one that is spelt nearly so.
    """
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ParameterError(f"the library has no parameter {name!r}{hint}")


def drops_trees(parameters: Mapping[str, Any]) -> bool:
    """Whether a round is trained without some of the trees before it (DART)."""
    return any(parameters.get(name) == "dart" for name in _BOOSTERS)
