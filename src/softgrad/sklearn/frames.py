"""Data frames: which columns hold categories."""

from __future__ import annotations

from typing import Any


def has_categories(X: Any) -> bool:
    """Whether X is a data frame of pandas with columns that hold no numbers."""
    if not hasattr(X, "iloc") or not hasattr(X, "dtypes"):
        return False
    return bool(columns_of_categories(X))


def columns_of_categories(X: Any) -> list[Any]:
    """The names of such columns."""
    return [name for name, kind in X.dtypes.items() if getattr(kind, "kind", "O") not in "biuf"]


def with_categories(X: Any) -> Any:
    """The frame with those columns of pandas' kind "category", which the libraries ask for."""
    return X.astype(dict.fromkeys(columns_of_categories(X), "category"))
