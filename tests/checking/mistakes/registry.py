"""Where wrong derivatives are kept, each under its own name."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Mistake:
    code: str
    form: str
    function: Any
    derivative: Any
    argument: str = "input"
    batch: bool = False
    only: int | None = None  # the one length of rows that it is looked at


WRONG: dict[str, Mistake] = {}


def wrong(code, form, function, argument="input", batch=False, only=None):
    def keep(derivative):
        assert derivative.__name__ not in WRONG
        WRONG[derivative.__name__] = Mistake(
            code, form, function, derivative, argument, batch, only
        )
        return derivative

    return keep
