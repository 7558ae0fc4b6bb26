"""Arguments of boosting as a library wants them."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any

from sklearn.utils.validation import check_random_state

from softgrad.boosting import Objective
from softgrad.errors import ParameterError


def names_of(estimator: Any) -> list[str] | None:
    """The names of the features, where the data had them."""
    names: Sequence[Any] | None = getattr(estimator, "feature_names_in_", None)
    return None if names is None else [str(name) for name in names]


def whole_number(value: Any, name: str) -> int:
    """A number of rounds.

    Raises:
        ParameterError: it is less than 1, or no whole number.
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
        raise ParameterError(f"{name} is {value!r}; expected a whole number >= 1")
    return int(value)


def rounds_to_add(n_estimators: Any, before: int) -> int:
    """To a model that has so many rounds.

    Raises:
        ParameterError: n_estimators is less than that, or no whole number.
    """
    rounds = whole_number(n_estimators, "n_estimators") - before
    if rounds < 0:
        raise ParameterError(
            f"n_estimators is {n_estimators}, and with warm_start the model has {before} rounds "
            "already; expected no fewer"
        )
    return rounds


def seed_of(random_state: Any) -> int:
    """A number, that of a generator drawn from it."""
    if isinstance(random_state, Integral):
        return int(random_state)
    return int(check_random_state(random_state).randint(2**31 - 1))


def check_goes_on(before: Objective, now: Objective) -> None:
    """Raise where training cannot go on from the model that the objective before trained.

    Raises:
        ParameterError: it is of another library, or its rows have other scores or other targets.
    """
    if (before.library, before.columns) != (now.library, now.columns):
        raise ParameterError(
            f"warm_start goes on from a model of {before.library} with {before.columns} scores a "
            f"row, and this fit is of {now.library} with {now.columns}; use warm_start=False"
        )
    if type(before) is not type(now):  # of CatBoost, which has one for each kind of targets
        raise ParameterError(
            "warm_start goes on from a model that was told of its targets in another way: in one "
            "of the two fits y lacks rows of a class, and CatBoost then takes a column a class. "
            "Give rows of every class, or use warm_start=False"
        )


def threads(n_jobs: Any) -> int:
    """A number of threads, or -1 for all.

    Raises:
        ParameterError: it is another one: 0 ends CatBoost's process.
    """
    if n_jobs == -1:
        return -1
    try:
        return whole_number(n_jobs, "n_jobs")
    except ParameterError as error:
        raise ParameterError(f"{error}, or -1 for all processors") from None
