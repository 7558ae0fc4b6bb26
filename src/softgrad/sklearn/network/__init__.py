"""Any output layer on a small network of dense layers."""

from softgrad.sklearn.network.classifier import NetworkClassifier
from softgrad.sklearn.network.regressor import NetworkRegressor

__all__ = ["NetworkClassifier", "NetworkRegressor"]
