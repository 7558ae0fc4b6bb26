"""scikit-learn has no types: what is used of it is typed here."""

from typing import Any

def __getattr__(name: str) -> Any: ...
