"""Estimators over XGBoost, LightGBM and CatBoost."""

from softgrad.sklearn.boosting.classifier import BoostingClassifier
from softgrad.sklearn.boosting.regressor import BoostingRegressor

__all__ = ["BoostingClassifier", "BoostingRegressor"]
