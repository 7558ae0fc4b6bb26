"""The libraries by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from softgrad.errors import UnknownNameError
from softgrad.sklearn.boosting.catboost_engine import CatBoostEngine
from softgrad.sklearn.boosting.engine import Engine
from softgrad.sklearn.boosting.lightgbm_engine import LightGBMEngine
from softgrad.sklearn.boosting.xgboost_engine import XGBoostEngine

ENGINES: Mapping[str, Engine] = MappingProxyType(
    {one.library: one for one in (XGBoostEngine(), LightGBMEngine(), CatBoostEngine())}
)


def find_engine(library: str) -> Engine:
    """The engine of a library.

    Raises:
        UnknownNameError: no library is called so.
    """
    found = ENGINES.get(library)
    if found is None:
        raise UnknownNameError(f"no library is called {library!r}; known: {', '.join(ENGINES)}")
    return found
