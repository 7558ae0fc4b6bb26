"""Estimators of scikit-learn: any activation with any loss, by boosting, networks or a linear map.

Needs scikit-learn: `pip install 'softgrad[sklearn]'`.
"""

from importlib.util import find_spec

from softgrad.errors import MissingPackageError

if find_spec("sklearn") is None:
    raise MissingPackageError(
        "softgrad.sklearn needs the package scikit-learn; install it with: "
        "pip install 'softgrad[sklearn]'"
    )

from softgrad.sklearn.boosting import BoostingClassifier, BoostingRegressor
from softgrad.sklearn.linear import LinearClassifier, LinearRegressor
from softgrad.sklearn.network import NetworkClassifier, NetworkRegressor
from softgrad.sklearn.storage import load

__all__ = [
    "BoostingClassifier",
    "BoostingRegressor",
    "LinearClassifier",
    "LinearRegressor",
    "NetworkClassifier",
    "NetworkRegressor",
    "load",
]
