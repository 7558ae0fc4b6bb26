"""A linear map as an estimator: its coefficients, its checks, and how it is kept in a file."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any, ClassVar, cast

import numpy as np

from softgrad.errors import ParameterError, StorageError
from softgrad.files.schema import Reading, any_number, list_of, whole
from softgrad.layer import OutputLayer
from softgrad.nn.requirements import require
from softgrad.nn.tensor_file import TensorFile
from softgrad.sklearn.estimator import OutputLayerEstimator
from softgrad.sklearn.linear.fitting import SOLVERS, Plan, fit
from softgrad.sklearn.linear.objective import Data

_ENTRY = "model.safetensors"


class LinearModel(OutputLayerEstimator):
    """Scores X W + b.

    Attributes:
        coef_: W transposed, (scores, features).
        intercept_: b, (scores,); zeros without `fit_intercept`.
        n_iter_: iterations of the solver.
        loss_curve_: the objective, divided by the sum of the weights, after each of them.
    """

    _kept: ClassVar[Mapping[str, Reading]] = {
        "n_iter_": whole(low=0),
        "loss_curve_": list_of(any_number),
    }

    solver: Any
    fit_intercept: Any
    tol: Any
    max_iter: Any
    warm_start: Any
    verbose: Any
    coef_: np.ndarray
    intercept_: np.ndarray

    def _train(
        self,
        X: Any,
        target: np.ndarray,
        weights: np.ndarray | None,
        penalty: float,
        **settings: Any,
    ) -> None:
        """Fit the sum of weighted losses + penalty / 2 |W|²."""
        if self.solver not in SOLVERS:
            raise ParameterError(f"solver is {self.solver!r}; expected one of {', '.join(SOLVERS)}")
        columns = self.output_.columns
        axis = () if columns == 1 else -1
        layer = OutputLayer(
            self.output_.activation, self.output_.loss, axis=axis, check_target=False, **settings
        )
        if columns == 1:
            target = target.reshape(len(target))
        if target.dtype.kind == "f" or columns == 1:
            target = np.ascontiguousarray(target, dtype=X.dtype)
        data = Data(X, target, weights, layer, columns)
        plan = Plan(
            penalty / data.total,
            bool(self.fit_intercept),
            self.solver,
            number("tol", self.tol, 0.0),
            whole_number("max_iter", self.max_iter, 1),
            bool(self.verbose),
        )
        found = fit(data, plan, self._start(X.shape[1], columns))
        self.coef_ = found.coefficients.T.astype(X.dtype, order="C")
        self.intercept_ = found.intercept.astype(X.dtype)
        self.n_iter_ = len(found.curve)
        self.loss_curve_ = found.curve

    def _start(self, features: int, columns: int) -> tuple[np.ndarray, np.ndarray] | None:
        """The map of the last fit, where it is wanted and fits."""
        last: np.ndarray | None = getattr(self, "coef_", None) if self.warm_start else None
        if last is None or last.shape != (columns, features):
            return None
        return last.T.astype(np.float64), self.intercept_.astype(np.float64)

    def _scores(self, X: Any) -> np.ndarray:
        z = X @ self.coef_.T.astype(X.dtype, copy=False)
        z += self.intercept_.astype(X.dtype, copy=False)
        return z[:, 0] if self.output_.columns == 1 else z

    def _payload(self) -> tuple[str, bytes]:
        tensors = {
            "coef": np.ascontiguousarray(self.coef_),
            "intercept": np.ascontiguousarray(self.intercept_),
        }
        saving = require("safetensors.numpy", "safetensors", "saving a linear model")
        return _ENTRY, cast(bytes, saving.save(tensors))

    def _adopt_payload(self, name: str, content: bytes) -> None:
        if name != _ENTRY:
            raise StorageError(f"the model is in {name[:80]!r}; expected {_ENTRY!r}")
        columns = self.output_.columns
        shapes: dict[str, tuple[int, ...]] = {
            "coef": (columns, self.n_features_in_),
            "intercept": (columns,),
        }
        with TensorFile(name, content) as file:
            if set(file.tensors) != set(shapes):
                raise StorageError(f"{name} has {sorted(file.tensors)}; expected {sorted(shapes)}")
            for one, shape in shapes.items():
                tensor = file.tensors[one]
                if tensor.shape != shape or tensor.dtype is None:
                    raise StorageError(f"{name}: {one} is {tensor}; expected shape {shape}")
            self.coef_, self.intercept_ = file.read("coef"), file.read("intercept")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def number(name: str, value: Any, low: float, *, above: bool = False) -> float:
    """A hyper-parameter that is a finite number >= low, or > low.

    Raises:
        ParameterError: it is none.
    """
    is_number = isinstance(value, Real) and not isinstance(value, bool | np.bool_)
    found = float(value) if is_number else np.nan
    if not np.isfinite(found) or found < low or (above and found == low):
        sign = ">" if above else ">="
        raise ParameterError(f"{name} is {value!r}; expected a finite number {sign} {low:g}")
    return found


def whole_number(name: str, value: Any, low: int) -> int:
    """A hyper-parameter that is a whole number >= low.

    Raises:
        ParameterError: it is none.
    """
    if not isinstance(value, Integral) or isinstance(value, bool | np.bool_) or value < low:
        raise ParameterError(f"{name} is {value!r}; expected a whole number >= {low}")
    return int(value)
