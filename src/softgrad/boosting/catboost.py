"""CatBoost: derivatives of minus the loss, row by row where a row has several scores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from math import isfinite
from typing import Any, ClassVar, NoReturn

import numpy as np

from softgrad.boosting import raw_scores
from softgrad.boosting.curvature import find_curvature
from softgrad.boosting.inputs import FlatOrder, check_derivatives, read_target
from softgrad.boosting.metric import CatBoostMetric
from softgrad.boosting.objective import Objective
from softgrad.boosting.point import Library, Point
from softgrad.contracts.target_domains import entries_are_coins
from softgrad.errors import DataError, ParameterError, TargetError

# The shift that turns eigenvalues rounded to 0 into ones that CatBoost's Cholesky accepts.
_RIDGE = 1e-12
# Ten steps of Newton's method with the parabola that touches the loss come near to the quantile.
_STEPS_TO_A_QUANTILE = {"leaf_estimation_method": "Newton", "leaf_estimation_iterations": 10}
_ROWS = "use objective(..., targets='rows') and give fit obj.target_rows(y)"


class CatBoostObjective(Objective):
    """For `CatBoostClassifier(loss_function=...)` and `CatBoostRegressor`."""

    library: ClassVar[Library] = "catboost"
    flat_order: ClassVar[FlatOrder] = "C"
    # CatBoost would try to compile the methods with numba, and warn that it cannot.
    no_jit: ClassVar[bool] = True

    def raw_scores(self, model: Any, X: Any) -> Any:
        """Of a classifier, a regressor or a plain CatBoost model."""
        return raw_scores.of_catboost(model, X)

    def target_rows(self, y: Any) -> Any:
        """Targets as CatBoost must be given them for this objective: y, or a row of them a row."""
        return y

    def own_metric(self) -> Any:
        """The mean loss for `eval_metric=`."""
        return CatBoostMetric(self)

    def params(self, y: Any = None, sample_weight: Any = None) -> dict[str, Any]:
        """For the constructor: this objective, its metric, and the names of the classes.

        CatBoost counts class weights for named classes alone, and knows texts by their names:
        they are taken from `y`, sorted, else they are 0, 1, and so on. CatBoost has no parameter
        for a start: give `baseline` to the Pool, and base_score to `predict`.

        Raises:
            TargetError: y has another number of labels than there are classes.
        """
        found: dict[str, Any] = {"loss_function": self, "eval_metric": self.own_metric()}
        names = self._class_names(y)
        if names is not None:
            found["class_names"] = tuple(names)  # of which a copy is itself: clone looks at that
        if self.is_flat:
            found["leaf_estimation_method"] = "Gradient"  # Newton would divide by 0
        return found

    def _class_names(self, y: Any) -> list[Any] | None:
        """None where a target is no label."""
        return None

    def calc_ders_range(self, approxes: Any, targets: Any, weights: Any) -> Any:
        """Raise `DataError`: CatBoost hands one score a row to an objective of several."""
        self._refuse_scores(1)

    def calc_ders_multi(self, approxes: Any, target: Any, weight: float) -> Any:
        """Raise `DataError`: CatBoost hands several scores a row to an objective of one."""
        self._refuse_scores(len(approxes))

    def _refuse_scores(self, given: int) -> NoReturn:
        raise DataError(
            f"CatBoost hands {given} of the {self.columns} scores of a row to {self!r}. It has as "
            "many as the labels that it trains on have values, and does not say which label a "
            "score belongs to: it needs class_names= (as obj.params() gives it; catboost.cv takes "
            "classes_count= in its place) and rows of every class. For one score a row leave "
            f"classes= out; where a fold may lack a class, {_ROWS}"
        )


class CatBoostScore(CatBoostObjective):
    """One score a row: blocks of rows, with the diagonal."""

    def params(self, y: Any = None, sample_weight: Any = None) -> dict[str, Any]:
        """As `CatBoostObjective.params`; absolute errors and quantiles take several steps a leaf.

        CatBoost sets the leaves of its own ones to the quantile of the rows.
        """
        found = super().params(y, sample_weight)
        return {**found, **_STEPS_TO_A_QUANTILE} if self._has_unit else found

    def calc_ders_range(self, approxes: Any, targets: Any, weights: Any) -> np.ndarray:
        """Minus gradient and minus curvature of a block of rows, shape (rows, 2), weighted."""
        scores = np.asarray(approxes, dtype=np.float64)
        gradient, curvature = self.handed_over(scores, targets, weights)
        return np.stack([-gradient, -curvature], axis=1)

    def _class_names(self, y: Any) -> list[Any] | None:
        """Of coins; None for regression, and for targets that lie between 0 and 1."""
        layer = self.layer
        if not entries_are_coins(layer.loss, layer.activation.domain, 1):
            return None
        labels = np.array([]) if y is None else np.unique(np.asarray(y))
        if labels.dtype.kind == "f" and not np.isin(labels, (0.0, 1.0)).all():
            read_target(labels, layer, 1)
            return None
        return _names(labels, 2)


class CatBoostMatrices(CatBoostObjective):
    """Several scores a row: one call a row, with the full matrix."""

    def _minus(
        self, approxes: Any, target: np.ndarray, weight: float
    ) -> tuple[list[float], Sequence[list[float]]]:
        """Minus gradient and minus curvature of one row, times its weight.

        As lists, which CatBoost reads several times faster than arrays.
        """
        if len(approxes) != self.columns:
            self._refuse_scores(len(approxes))
        scores, scale = np.array(approxes, dtype=np.float64), -weight  # the matrix comes later
        slopes = scale * self.layer.gradient(scores, target)
        gradient: list[float] = slopes.tolist()
        if not isfinite(sum(gradient)):
            check_derivatives(slopes, slopes, is_bounded=False, explanation=repr(self))
        return gradient, _WhenAsked(lambda: self._matrix(scores, target, scale))

    def _matrix(self, scores: np.ndarray, target: np.ndarray, scale: float) -> list[list[float]]:
        point = Point(self.layer, scores, target, None, self.library)
        matrix = find_curvature(self.curvature).matrix(point)
        matrix.flat[:: self.columns + 1] += _RIDGE
        return (scale * matrix).tolist()


class CatBoostClasses(CatBoostMatrices):
    """A label a row, of three classes or more."""

    def __init__(self, activation: Any, loss: Any, **options: Any) -> None:
        super().__init__(activation, loss, **options)
        if self.columns == 2:
            raise ParameterError(
                "classes is 2, for which CatBoost hands one score a row; use 'sigmoid' without "
                "classes= (softmax of (0, z) is that), or, for two scores, " + _ROWS
            )

    def calc_ders_multi(
        self, approxes: Any, target: Any, weight: float
    ) -> tuple[list[float], Sequence[list[float]]]:
        """Minus the gradient (K) and minus the curvature (K x K) of one row, times its weight.

        Raises:
            DataError: there are fewer scores than classes: the rows lack one.
        """
        label = int(target)
        if label != target or not 0 <= label < self.columns:
            raise TargetError(
                f"label {target:g}: expected a whole number 0..{self.columns - 1}. Give CatBoost "
                "class_names=, as params() does, and it numbers the classes itself"
            )
        return self._minus(approxes, np.asarray(label), weight * self._weights[label])

    def _class_names(self, y: Any) -> list[Any]:
        labels = np.array([]) if y is None else np.unique(np.asarray(y))
        return _names(labels, self.columns)

    @cached_property
    def _weights(self) -> list[float]:
        """The weight of each class."""
        every = np.arange(self.columns, dtype=np.int32)
        weights = self._row_weights(every, None)
        return [1.0] * self.columns if weights is None else weights.tolist()


class _WhenAsked(Sequence[list[float]]):
    """Rows of a matrix that is worked out when they are looked at.

    CatBoost looks at them for the values of leaves, and not for a tree's splits: every second time.
    """

    def __init__(self, rows: Callable[[], list[list[float]]]) -> None:
        self._work_out = rows

    @cached_property
    def _rows(self) -> list[list[float]]:
        return self._work_out()

    def __iter__(self) -> Iterator[list[float]]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: Any) -> Any:
        rows: Any = self._rows
        return rows[index]


def _names(labels: np.ndarray, classes: int) -> list[Any]:
    """The sorted labels, or 0..classes - 1 where they are some of those."""
    numbers: list[Any] = list(range(classes))
    if labels.dtype.kind in "iuf" and np.isin(labels, numbers).all():
        return numbers
    names: list[Any] = labels.tolist()
    if len(names) != classes:
        raise TargetError(
            f"y has {len(names)} different labels, such as {names[:3]}; expected {classes}. Give "
            f"every label, or the right classes=; where a fold may lack one, {_ROWS}"
        )
    return names
