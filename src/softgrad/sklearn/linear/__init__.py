"""Any output layer on a linear map, by Newton's method or L-BFGS."""

from softgrad.sklearn.linear.classifier import LinearClassifier
from softgrad.sklearn.linear.regressor import LinearRegressor

__all__ = ["LinearClassifier", "LinearRegressor"]
