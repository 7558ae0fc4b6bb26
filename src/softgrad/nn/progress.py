"""A progress bar where a person watches, and silence everywhere else."""

from __future__ import annotations

import sys
from typing import Any

from softgrad.nn.history import History

_SHOWN = ("loss", "accuracy", "r_squared", "val_loss", "val_accuracy", "val_r_squared")


class Progress:
    """One tick an epoch, with loss and accuracy behind the bar.

    Silent where `wanted` is false, standard error is no terminal, or tqdm is not installed.
    """

    def __init__(self, epochs: int, wanted: bool) -> None:
        self._bar: Any = _bar(epochs) if wanted and sys.stderr.isatty() else None

    def epoch_ended(self, history: History) -> None:
        """Show the latest numbers."""
        if self._bar is not None:
            latest = history.latest()
            self._bar.set_postfix({k: f"{latest[k]:.4g}" for k in _SHOWN if k in latest})
            self._bar.update()

    def say(self, message: str) -> None:
        """Write a line above the bar, where there is one."""
        if self._bar is not None:
            self._bar.write(message, file=sys.stderr)

    def insist(self, message: str) -> None:
        """Write a line that whoever pressed Ctrl-C must see, bar or no bar."""
        if self._bar is None:
            print(message, file=sys.stderr)
        self.say(message)

    def close(self) -> None:
        """Leave the bar as it is."""
        if self._bar is not None:
            self._bar.close()


def _bar(epochs: int) -> Any:
    try:
        from tqdm import tqdm
    except ModuleNotFoundError:
        return None
    return tqdm(total=epochs, unit="epoch", file=sys.stderr, dynamic_ncols=True)
