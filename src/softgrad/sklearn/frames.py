"""Data frames: which columns hold categories."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from scipy.sparse import csr_matrix

from softgrad.errors import DataError


def has_categories(X: Any) -> bool:
    """Whether X is a data frame of pandas with columns that hold no numbers.

    Raises:
        DataError: a column holds dates.
    """
    if not hasattr(X, "iloc") or not hasattr(X, "dtypes"):
        return False
    for name, kind in X.dtypes.items():
        if getattr(kind, "kind", "O") in "mM":
            raise DataError(
                f"X's column {name!r} holds dates or durations; give numbers, such as days since "
                "a first one, and parts of a date that may count"
            )
    return bool(columns_of_categories(X))


def as_pandas(X: Any) -> Any:
    """Frames of Polars with texts as those of pandas, and columns of objects as what they hold."""
    if callable(getattr(X, "infer_objects", None)):
        return X.infer_objects()
    columns: Any = getattr(X, "get_columns", None)
    if columns is None or all(one.dtype.is_numeric() for one in columns()):
        return X
    pandas: Any = import_module("pandas")
    return pandas.DataFrame({one.name: one.to_list() for one in columns()})


def as_sparse_matrix(X: Any) -> Any:
    """Sparse arrays of SciPy as its matrices in rows, which the libraries know."""
    return csr_matrix(X) if hasattr(X, "tocsr") else X


def columns_of_categories(X: Any) -> list[Any]:
    """The names of such columns."""
    return [name for name, kind in X.dtypes.items() if getattr(kind, "kind", "O") not in "biuf"]


def with_missing_named(X: Any) -> Any:
    """The data frame with a name for what is missing of a category, as CatBoost wants it."""
    if not has_categories(X):
        return X
    named: dict[str, Any] = {}
    for name in columns_of_categories(X):
        column = X[name].astype(object)
        named[str(name)] = column.where(X[name].notna(), "missing").astype(str)
    return X.assign(**named)


def with_categories(X: Any) -> Any:
    """The data frame with such columns as pandas' categories, which every library knows."""
    texts = [name for name in columns_of_categories(X) if str(X.dtypes[name]) != "category"]
    return X.astype(dict.fromkeys(texts, "category")) if texts else X
