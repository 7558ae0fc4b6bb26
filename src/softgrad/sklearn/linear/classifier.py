"""LinearClassifier: any output layer of classes on a linear map."""

from __future__ import annotations

from typing import Any, Self

from softgrad.sklearn.classifier import OutputLayerClassifier
from softgrad.sklearn.estimator import read_weights
from softgrad.sklearn.linear.model import LinearModel, number


class LinearClassifier(OutputLayerClassifier, LinearModel):
    """A linear map into any activation with any loss of classes.

    It makes C sum_i s_i loss_i + |W|² / 2 small, with s the weights of rows and classes, and W
    without the intercept: LogisticRegression's objective, and with the defaults its model.

    Args:
        activation: an activation, its name, or "auto": sigmoid or softmax, or identity for losses
            of scores (hinge).
        loss: a loss, its name, or a sum such as `cross_entropy + 1e-4 * z_loss`.
        C: the larger, the weaker the penalty; inf for none.
        fit_intercept: whether to add a constant to each score.
        class_weight: None, "balanced", or {label: weight}.
        label_smoothing: e in [0, 1): a target becomes (1 - e) of itself and e of the even one.
        solver: "newton-cg", exact to the last digits; "lbfgs", which keeps no scores of all rows;
            "auto": the first, but for losses without a second derivative.
        tol: it stops where no slope is larger than this share of the largest at the start,
            by coefficients in units that the data gives: features need no scaling for it.
        max_iter: iterations; a ConvergenceWarning says when they were too few.
        warm_start: whether `fit` goes on from the last one's coefficients.
        verbose: 1 prints each iteration.

    Attributes:
        coef_: (scores, features); one score for two classes under sigmoid or a hinge.
        intercept_: (scores,).
        classes_: labels in sorted order.
        n_iter_: iterations of the solver.
        loss_curve_: the objective after each, divided by C times the sum of the weights.
        n_features_in_: how many features X had; `feature_names_in_` their names, if any.

    There is no `partial_fit`: every step sees all rows. For streams take
    `NetworkClassifier(hidden=())`, which is a linear map too.

    Flat losses (hinge) have kinks where slopes jump: they are fitted by a quasi-Newton method made
    for those, which stops where twenty iterations gain less than `tol` of the loss.

    Example:
        >>> LinearClassifier(loss="focal", class_weight="balanced").fit(X, labels).predict_proba(X)
    """

    def __init__(
        self,
        *,
        activation: Any = "auto",
        loss: Any = "cross_entropy",
        C: float = 1.0,
        fit_intercept: bool = True,
        class_weight: Any = None,
        label_smoothing: float = 0.0,
        solver: str = "auto",
        tol: float = 1e-6,
        max_iter: int = 1000,
        warm_start: bool = False,
        verbose: int = 0,
    ) -> None:
        self.activation = activation
        self.loss = loss
        self.C = C
        self.fit_intercept = fit_intercept
        self.class_weight = class_weight
        self.label_smoothing = label_smoothing
        self.solver = solver
        self.tol = tol
        self.max_iter = max_iter
        self.warm_start = warm_start
        self.verbose = verbose

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train.

        Args:
            X: inputs (rows, features): arrays, data frames, or sparse.
            y: labels (rows,), indicators (rows, classes), or shares of the classes.
            sample_weight: one weight a row.
        """
        inputs = self._read_both(X, y)
        codes, weights = self._read_classes(y, read_weights(sample_weight, inputs))
        penalty = 0.0 if float("inf") == self.C else 1.0 / number("C", self.C, 0.0, above=True)
        self._train(inputs, codes, weights, penalty, label_smoothing=self.label_smoothing)
        return self
