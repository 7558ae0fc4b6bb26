"""Errors in units in the last place, beside PyTorch, JAX and SciPy where those are installed.

Every number is compared with mpmath at 50 digits or more, by the plain definition.
"""

from softgrad.evidence.accuracy.entries import measure_entries
from softgrad.evidence.accuracy.row import AccuracyRow
from softgrad.evidence.accuracy.rows_of_classes import measure_rows
from softgrad.evidence.accuracy.works import measure_works

__all__ = ["AccuracyRow", "measure", "measure_entries", "measure_rows", "measure_works"]


def measure() -> list[AccuracyRow]:
    """Every row of the table.

    Raises:
        MissingPackageError: mpmath is not installed.
    """
    return [*measure_rows(), *measure_entries()]
