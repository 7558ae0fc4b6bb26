"""What the estimators need of a boosting library."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from importlib import import_module
from typing import Any, ClassVar

import numpy as np

from softgrad.boosting.point import Library
from softgrad.errors import MissingPackageError
from softgrad.sklearn.boosting.job import Job


class Engine(ABC):
    """A library: trains models for an objective, and reads numbers out of them.

    Attributes:
        library: its name.
        common: the library's names for what every estimator has: jobs and seed.
        file_name: how its own format is called in a file of an estimator.
    """

    library: ClassVar[Library]
    common: ClassVar[Mapping[str, str]]
    file_name: ClassVar[str]

    @abstractmethod
    def train(self, job: Job) -> Any:
        """A model of the previous rounds and those that the job's watch let pass."""

    @abstractmethod
    def scores(self, model: Any, X: Any) -> Any:
        """Raw scores with the start in them, (rows, columns), or (rows,) where there is one."""

    @abstractmethod
    def rounds(self, model: Any) -> int:
        """How many rounds the model has."""

    @abstractmethod
    def first_rounds(self, model: Any, rounds: int) -> Any:
        """The model of its first rounds."""

    @abstractmethod
    def importances(self, model: Any, features: int) -> np.ndarray:
        """How much each feature lowered the loss, (features,), as the library counts it."""

    @abstractmethod
    def to_bytes(self, model: Any) -> bytes:
        """The model in the library's own format."""

    @abstractmethod
    def from_bytes(self, data: bytes) -> Any:
        """The model that `to_bytes` gave."""


def module_of(library: Library) -> Any:
    """The library.

    Raises:
        MissingPackageError: it is not installed.
    """
    try:
        return import_module(library)
    except ModuleNotFoundError:
        raise MissingPackageError(
            f"library={library!r} needs the package {library}; install it with: pip install "
            f"{library}"
        ) from None
