"""Parameters of the libraries that an estimator has under a name of its own, or has no use for."""

from __future__ import annotations

from collections.abc import Iterable

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
_OF_NAME = {name: instead for instead, names in _INSTEAD.items() for name in names}


def refuse_reserved(names: Iterable[str]) -> None:
    """Raise for a parameter that the library would not see, or that would change what a loss is.

    Raises:
        ParameterError: it says what to give in its place.
    """
    for name in names:
        if name in _OF_NAME:
            raise ParameterError(f"{name} is not passed on to the library: {_OF_NAME[name]}")
