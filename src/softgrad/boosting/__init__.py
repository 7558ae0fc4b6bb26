"""Any output layer as the objective of XGBoost, LightGBM and CatBoost.

None of the three is imported here: their objects are recognised by what they can do.
"""

from softgrad.boosting.curvature import CURVATURES
from softgrad.boosting.libraries import metric, objective
from softgrad.boosting.objective import Objective

__all__ = ["CURVATURES", "Objective", "metric", "objective"]
