"""Class weights as a user spells them: `balanced`, or `malignant=5,benign=1`."""

from __future__ import annotations

from softgrad.cli.failure import CommandError
from softgrad.error_words import did_you_mean
from softgrad.nn.data import Dataset


def class_weights(text: str | None, data: Dataset) -> list[float] | None:
    """One weight a class, in their order; 1 where the text has none."""
    if text is None:
        return None
    if text == "balanced":
        return data.balanced_weights()
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
