"""Data frames: which columns hold categories."""

from __future__ import annotations

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


def as_sparse_matrix(X: Any) -> Any:
    """Sparse arrays of SciPy as its matrices in rows, which the libraries know."""
    return csr_matrix(X) if hasattr(X, "tocsr") else X


def columns_of_categories(X: Any) -> list[Any]:
    """The names of such columns."""
    return [name for name, kind in X.dtypes.items() if getattr(kind, "kind", "O") not in "biuf"]


def with_categories(X: Any) -> Any:
    """The data frame with such columns as pandas' categories, which every library knows."""
    texts = [name for name in columns_of_categories(X) if str(X.dtypes[name]) != "category"]
    return X.astype(dict.fromkeys(texts, "category")) if texts else X
