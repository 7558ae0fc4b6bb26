"""Class weights as a user spells them: `balanced`, or `malignant=5,benign=1`."""

from __future__ import annotations

import numpy as np

from softgrad.cli.failure import CommandError, did_you_mean
from softgrad.evidence.experiments.datasets import Dataset


def class_weights(text: str | None, data: Dataset) -> list[float] | None:
    """One weight a class. "balanced" is rows / (classes * rows of the class)."""
    if text is None:
        return None
    if text == "balanced":
        counts = np.bincount(data.targets, minlength=len(data.classes))
        return (len(data.targets) / (len(data.classes) * np.maximum(counts, 1))).tolist()
    weights = dict.fromkeys(data.classes, 1.0)
    for part in text.split(","):
        name, equals, value = part.rpartition("=")
        if not equals:
            raise CommandError(
                f"--class-weight {text}: expected balanced, or CLASS=WEIGHT,CLASS=WEIGHT"
            )
        if name.strip() not in weights:
            hint = did_you_mean(name.strip(), list(data.classes))
            raise CommandError(f"--class-weight: no class is called {name.strip()!r}; {hint}")
        try:
            weights[name.strip()] = float(value)
        except ValueError:
            raise CommandError(f"--class-weight {part}: {value!r} is not a number") from None
    return list(weights.values())
