"""Whether an entry says what is true of it: its `exact` definition, which is optional."""

from __future__ import annotations

from importlib.util import find_spec

from softgrad.contracts.activation import Activation
from softgrad.contracts.loss import RowLoss
from softgrad.contracts.separable import TrueClassLoss
from softgrad.errors import MissingPackageError


def has_exact(entry: Activation | RowLoss) -> bool:
    """Whether the class supplies `exact` (of a loss of the true class, `exact_psi`).

    That of a loss which needs a potential is no function of a prediction, and counts as none.
    """
    kind = type(entry)
    if isinstance(entry, Activation):
        return kind.exact is not Activation.exact
    if entry.needs_potential:
        return False
    if isinstance(entry, TrueClassLoss):
        return type(entry).exact_psi is not TrueClassLoss.exact_psi
    return type(entry).exact is not RowLoss.exact


def can_be_exact(entry: Activation | RowLoss) -> bool:
    """Whether there is a definition, and mpmath to compute it with."""
    return has_exact(entry) and find_spec("mpmath") is not None


def need_mpmath(entry: Activation | RowLoss) -> None:
    """Raise where the definition cannot be computed.

    Raises:
        MissingPackageError: mpmath is not installed.
    """
    if not can_be_exact(entry):
        raise MissingPackageError(
            f"{type(entry).__name__} has an exact definition, and comparing with it needs mpmath: "
            "pip install mpmath"
        )
