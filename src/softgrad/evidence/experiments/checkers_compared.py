"""What derivative checkers let through: the permanent set of mistakes, under each of them.

Every wrong derivative of tests/checking/mistakes is given to each checker, and every right one of
tests/checking/right.py, too. Prints the Markdown tables of docs/checkers-compared.md.

Run, in a checkout: python -m softgrad.evidence.experiments.checkers_compared tests
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from softgrad.evidence.experiments.checkers import CHECKERS, Claim, lets_through, report_on

LENGTHS = (4, 100, 1000)
KINDS = ("uniform", "spread", "peaked")
#: The form that "auto" stands for.
FORMS_OF_AUTO = {
    "softmax auto vjp": "vjp",
    "softmax auto jacobian": "jacobian",
    "cross-entropy auto": "gradient",
    "tanh auto": "elementwise",
}


@dataclass
class _Tally:
    """What was counted in one setting.

    Attributes:
        wrong: how many wrong derivatives there are.
        right: how many right ones.
        through: by checker, how many wrong ones passed.
        refused: by checker, how many right ones did not.
    """

    wrong: int
    right: int
    through: Counter[str] = field(default_factory=Counter[str])
    refused: Counter[str] = field(default_factory=Counter[str])


class PermanentSet:
    """The derivatives of tests/checking, wrong and right, and where they are looked at."""

    def __init__(self, tests: str) -> None:
        sys.path.insert(0, tests)
        mistakes, right, self._settings = (
            import_module(f"checking.{name}") for name in ("mistakes", "right", "settings")
        )
        self.wrong: Mapping[str, Any] = mistakes.WRONG
        #: Second derivatives are no backward pass, and no other checker's business.
        self.right: Mapping[str, Claim] = {
            name: mistakes.Mistake("", form, function, derivative, batch=batch)
            for name, (given, function, derivative, batch) in right.RIGHT.items()
            if (form := FORMS_OF_AUTO.get(name, given)) != "hessian"
        }

    def settings(self) -> list[Any]:
        """Lengths of rows with kinds of logits."""
        return [self._settings.Setting(n, kind) for n in LENGTHS for kind in KINDS]

    def wrong_in(self, setting: Any) -> dict[str, Any]:
        """By name, those that are wrong there."""
        return {
            name: one for name, one in self.wrong.items() if self._settings.applies(one, setting)
        }

    def right_in(self, setting: Any) -> dict[str, Any]:
        """By name; thousands of calls of what is written in loops are tried on shorter rows."""
        return dict(self.right) if setting.n < LENGTHS[-1] else {}

    def point(self, setting: Any, claim: Any) -> Any:
        """The array at which a claim is checked."""
        return self._settings.point(setting, claim.batch)


def compare(permanent: PermanentSet, settings: Sequence[Any]) -> None:
    """Print both tables."""
    tried: Counter[str] = Counter()
    named: Counter[str] = Counter()
    through: Counter[tuple[str, str]] = Counter()
    tallies: dict[Any, _Tally] = {}
    for setting in settings:
        wrong, right = permanent.wrong_in(setting), permanent.right_in(setting)
        tally = tallies[setting] = _Tally(len(wrong), len(right))
        for name, mistake in wrong.items():
            x = permanent.point(setting, mistake)
            tried[name] += 1
            named[name] += report_on(mistake, x).diagnosis == mistake.code
            for title, checker in CHECKERS.items():
                passed = lets_through(checker, mistake, x)
                tally.through[title] += passed
                through[name, title] += passed
        for claim in right.values():
            for title, checker in CHECKERS.items():
                x = permanent.point(setting, claim)
                tally.refused[title] += not lets_through(checker, claim, x)
        print(f"done: {setting}", file=sys.stderr, flush=True)

    print("Wrong ones that pass (and right ones that do not):\n")
    _row("n, logits", "wrong", *CHECKERS, "right")
    _row("---", *("---:" for _ in CHECKERS), "---:", "---:")
    for setting, tally in tallies.items():
        cells = [
            f"{tally.through[t]}" + (f" ({tally.refused[t]})" if tally.refused[t] else "")
            for t in CHECKERS
        ]
        _row(f"{setting.n}, {setting.kind}", tally.wrong, *cells, tally.right or "")
    print(
        "\nIn how many of the settings each passes, and in how many softgrad names the mistake:\n"
    )
    _row("wrong derivative", "code", "settings", "named", *CHECKERS)
    _row("---", "---", *("---:" for _ in CHECKERS), "---:", "---:")
    for name, mistake in permanent.wrong.items():
        cells = [through[name, title] or "" for title in CHECKERS]
        _row(f"`{name}`", f"`{mistake.code}`", tried[name], named[name], *cells)


def _row(*cells: object) -> None:
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def main(tests: str) -> None:
    """Compare in all settings, with the permanent set under the folder `tests`."""
    permanent = PermanentSet(tests)
    compare(permanent, permanent.settings())


if __name__ == "__main__":
    main(*sys.argv[1:])
