"""What the two boosting estimators share: parameters, validation rows, training, the model."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from inspect import signature
from math import inf
from types import MappingProxyType
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.utils.validation import (
    _is_fitted,  # pyright: ignore[reportPrivateUsage]
    check_is_fitted,
)

from softgrad.boosting import Objective, objective
from softgrad.boosting.own_pairs import is_own, starts_at_zero
from softgrad.contracts import Loss
from softgrad.errors import ParameterError, StorageError
from softgrad.files.schema import Reading, any_number, list_of, whole
from softgrad.sklearn.boosting.arguments import (
    check_goes_on,
    names_of,
    rounds_to_add,
    seed_of,
    threads,
    whole_number,
)
from softgrad.sklearn.boosting.columns import KnownColumns
from softgrad.sklearn.boosting.engine import Engine
from softgrad.sklearn.boosting.engines import find_engine
from softgrad.sklearn.boosting.job import Job, Watch
from softgrad.sklearn.boosting.reserved import refuse_reserved
from softgrad.sklearn.rows import Rows
from softgrad.sklearn.validation_rows import rows_set_aside, validations_of, with_weight


class BoostingEstimator(KnownColumns):
    """Trees of XGBoost, LightGBM or CatBoost for any activation and any loss.

    Attributes:
        model_: the library's own model: a Booster, or a CatBoost. It gives raw scores.
        objective_: what it was trained with; `objective_.explain()` says what computed it.
        n_iter_: how many rounds the model has.
        loss_curve_: the mean training loss after each round, weighted.
        validation_curves_: the mean loss of each set of validation rows after each round.
        feature_importances_: of the library, made to add up to 1.
    """

    _library_parameters: Mapping[str, Any] = MappingProxyType({})
    _takes_other_parameters: ClassVar[bool] = True
    _kept: ClassVar[Mapping[str, Reading]] = {
        "n_iter_": whole(low=0),
        "loss_curve_": list_of(any_number),
        "validation_curves_": list_of(list_of(any_number)),
        **KnownColumns._kept,
    }

    n_features_in_: int
    library: Any
    activation: Any
    loss: Any
    curvature: Any
    n_estimators: Any
    early_stopping_rounds: Any
    validation_fraction: Any
    start: Any
    warm_start: Any
    random_state: Any
    n_jobs: Any
    verbose: Any

    # -- parameters: those of the signature, and the library's own ---------------------------

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """All parameters, those of the library included."""
        return {**super().get_params(deep), **self._library_parameters}

    def set_params(self, **params: Any) -> Self:
        """Set parameters; a name that is not in the signature is one of the library's."""
        own = signature(type(self).__init__).parameters
        given = {name: value for name, value in params.items() if name not in own}
        if given:
            self._library_parameters = {**self._library_parameters, **given}
        super().set_params(**{name: value for name, value in params.items() if name in own})
        return self

    # -- training ----------------------------------------------------------------------------

    def _boost(self, train: Rows, eval_set: Any, eval_weights: Any, labels: Any) -> Self:
        """Train on rows whose targets were read; sets everything that `fit` sets.

        Args:
            train: inputs, targets in codes or values, weights.
            eval_set: as `fit` was given it.
            eval_weights: likewise.
            labels: what rows are set aside in equal shares of, or None.
        """
        engine, (scale, offset) = self._engine, self._loss_by_trained
        train = with_weight(train)
        validations = validations_of(self, eval_set, eval_weights)
        if not validations and self.early_stopping_rounds is not None:
            train, aside = rows_set_aside(
                train, self.validation_fraction, self.random_state, labels
            )
            validations = [aside]
        objective_now = self._objective_of()
        previous = self._model_to_go_on_from(objective_now)
        self.objective_ = objective_now
        before = 0 if previous is None else engine.rounds(previous)
        rounds = rounds_to_add(self.n_estimators, before)
        patience, loss_before = self._patience(), inf
        if patience is not None and previous is not None:
            last = validations[-1]
            scores = self._scores_by(previous, last.X)
            loss_before = objective_now.value(scores, last.target, last.weights)
        watch = Watch(
            rounds, patience, int(self.verbose), scale, offset, before, loss_before=loss_before
        )
        job = Job(
            objective=self.objective_,
            train=train,
            validations=validations,
            rounds=rounds,
            parameters=self._parameters(engine),
            start=self._start(),
            previous=previous,
            names=names_of(self),
            watch=watch,
            has_rows_of_targets=self._has_rows_of_targets,
        )
        model = engine.train(job) if rounds else previous
        kept = before + watch.best_rounds
        if kept == before and previous is not None:
            model = previous
        self.model_ = engine.first_rounds(model, kept) if kept < engine.rounds(model) else model
        self.n_iter_ = engine.rounds(self.model_)
        self.loss_curve_, self.validation_curves_ = watch.loss, watch.validation
        return self

    def _model_to_go_on_from(self, now: Objective) -> Any:
        if not self.warm_start or not _is_fitted(self, "model_"):
            return None
        check_goes_on(self.objective_, now)
        return self.model_

    def _objective_of(self) -> Objective:
        output, curvature = self.output_, self.curvature
        if curvature is None:
            curvature = (
                "libraries" if is_own(output.activation, output.loss, self.library) else "auto"
            )
        options: dict[str, Any] = {"label_smoothing": self._label_smoothing}
        if self.library == "catboost" and output.columns > 1:
            options["targets"] = "rows" if self._has_rows_of_targets else "labels"
        return objective(
            output.activation,
            self._trained_loss,
            library=self.library,
            classes=None if output.columns == 1 else output.columns,
            curvature=curvature,
            **options,
        )

    def _parameters(self, engine: Engine) -> dict[str, Any]:
        found = dict(self._library_parameters)
        refuse_reserved(found, is_stopped=self.early_stopping_rounds is not None)
        if self.n_jobs is not None:
            found[engine.common["n_jobs"]] = threads(self.n_jobs)
        if self.random_state is not None:
            found[engine.common["random_state"]] = seed_of(self.random_state)
        return found

    def _start(self) -> Any:
        if self.start not in ("auto", "best", "zero"):
            raise ParameterError(f"start is {self.start!r}; expected 'auto', 'best' or 'zero'")
        if self.start != "auto":
            return self.start
        output = self.output_
        is_zero = starts_at_zero(output.activation, output.loss, self.library)
        return "zero" if is_zero else "best"

    def _patience(self) -> int | None:
        if self.early_stopping_rounds is None:
            return None
        return whole_number(self.early_stopping_rounds, "early_stopping_rounds")

    # -- what the kinds of estimators say of themselves --------------------------------------

    @abstractmethod
    def _validation(self, X: Any, y: Any, weights: np.ndarray | None) -> Rows:
        """Rows of an eval_set, whose inputs and weights were read."""

    @property
    def _label_smoothing(self) -> float:
        return 0.0

    @property
    def _trained_loss(self) -> Loss:
        return self.output_.loss

    @property
    def _loss_by_trained(self) -> tuple[float, float]:
        """The loss is this many times the one that is trained, plus so much."""
        return 1.0, 0.0

    @property
    def _has_rows_of_targets(self) -> bool:
        """Whether CatBoost is given a target for each of several scores."""
        return self.output_.columns > 1

    # -- inputs and scores -------------------------------------------------------------------

    def _scores(self, X: Any) -> np.ndarray:
        return self._scores_by(self.model_, X)

    def _scores_by(self, model: Any, X: Any) -> np.ndarray:
        scores = np.asarray(self._engine.scores(model, X), dtype=np.float64)
        return scores.reshape(-1) if self.output_.columns == 1 else scores

    @property
    def feature_importances_(self) -> np.ndarray:
        """The library's importance of each feature, made to add up to 1."""
        check_is_fitted(self, "model_")
        found = self._engine.importances(self.model_, self.n_features_in_)
        total = found.sum()
        return found / total if total > 0.0 else found

    @property
    def _engine(self) -> Engine:
        return find_engine(self.library)

    # -- files -------------------------------------------------------------------------------

    def _payload(self) -> tuple[str, bytes]:
        return self._engine.file_name, self._engine.to_bytes(self.model_)

    def _adopt_payload(self, name: str, content: bytes) -> None:
        if name != self._engine.file_name:
            raise StorageError(f"the model is called {name!r}; expected {self._engine.file_name!r}")
        self.objective_ = self._objective_of()
        self.model_ = self._engine.from_bytes(content)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.sparse = True
        return tags
