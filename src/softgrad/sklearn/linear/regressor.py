"""LinearRegressor: any output layer of values on a linear map."""

from __future__ import annotations

from typing import Any, Self

from softgrad.sklearn.estimator import read_weights
from softgrad.sklearn.linear.model import LinearModel, number
from softgrad.sklearn.regressor import OutputLayerRegressor


class LinearRegressor(OutputLayerRegressor, LinearModel):
    """A linear map into any activation with any loss of values.

    It makes sum_i s_i loss_i + alpha |W|² small, with s the weights of rows and W without the
    intercept. With the defaults that is Ridge; with exp and `poisson`, PoissonRegressor(a) for
    alpha = a sum_i s_i / 2.

    Args:
        activation: an activation or its name: "exp" for rates, "softplus", "identity".
        loss: a loss or its name: "squared_error", "huber", "poisson", "quantile",
            "multi_quantile" and "gaussian" (which have several scores for one value).
        alpha: >= 0, the strength of the penalty.
        fit_intercept: whether to add a constant to each score.
        solver: "newton-cg", exact to the last digits; "lbfgs", which keeps no scores of all rows;
            "auto": the first, but for losses without a second derivative.
        tol: it stops where no slope is larger than this share of the largest at the start,
            by coefficients in units that the data gives: X and y need no scaling for it.
        max_iter: iterations; a ConvergenceWarning says when they were too few.
        warm_start: whether `fit` goes on from the last one's coefficients.
        verbose: 1 prints each iteration.

    Attributes:
        coef_: (scores, features).
        intercept_: (scores,).
        n_iter_: iterations of the solver.
        loss_curve_: the objective after each, divided by the sum of the weights.
        n_features_in_: how many features X had; `feature_names_in_` their names, if any.

    There is no `partial_fit`: every step sees all rows. For streams take
    `NetworkRegressor(hidden=())`, which is a linear map too.

    Flat losses (absolute_error, quantile, multi_quantile) have kinks where slopes jump: they are
    fitted by a quasi-Newton method made for those, which stops where twenty iterations gain less
    than `tol` of the loss. So are those of which hardly a row bends, as `huber` for values far
    beyond its delta. A fit that ends where it goes down still gives a ConvergenceWarning.

    Example:
        >>> LinearRegressor(activation="exp", loss="poisson", alpha=0.0).fit(X, counts).predict(X)
    """

    def __init__(
        self,
        *,
        activation: Any = "identity",
        loss: Any = "squared_error",
        alpha: float = 1.0,
        fit_intercept: bool = True,
        solver: str = "auto",
        tol: float = 1e-6,
        max_iter: int = 1000,
        warm_start: bool = False,
        verbose: int = 0,
    ) -> None:
        self.activation = activation
        self.loss = loss
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.solver = solver
        self.tol = tol
        self.max_iter = max_iter
        self.warm_start = warm_start
        self.verbose = verbose

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train.

        Args:
            X: inputs (rows, features): arrays, data frames, or sparse.
            y: values (rows,), or (rows, outputs).
            sample_weight: one weight a row.
        """
        inputs = self._read_both(X, y)
        weights = read_weights(sample_weight, inputs)
        penalty = 2.0 * number("alpha", self.alpha, 0.0)
        self._train(inputs, self._read_values(y), weights, penalty)
        return self
