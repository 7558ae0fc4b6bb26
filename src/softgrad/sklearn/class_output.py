"""What scores say about classes: probabilities, decisions, labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from softgrad.catalogue import find_activation, find_loss
from softgrad.contracts import Activation, Loss
from softgrad.contracts.domains import OF_COINS
from softgrad.contracts.pair_facts import takes_sides
from softgrad.errors import PairError
from softgrad.sklearn.class_targets import Classes, check_distributions

Told: TypeAlias = Literal["class", "coins", "scores"]


@dataclass(frozen=True, slots=True)
class ClassOutput:
    """An activation's output as an answer about classes.

    Attributes:
        activation: of the scores.
        loss: that they were trained with.
        classes: of the training data.
        columns: how many scores a row has: one for two classes where the output is a single coin
            or a single value, else one a class.
    """

    activation: Activation
    loss: Loss
    classes: Classes
    columns: int

    @property
    def tells(self) -> Told:
        """Probabilities of one "class", of "coins" that each fall for themselves, or "scores"."""
        kind = self.activation.domain.kind
        if kind in OF_COINS:
            return "coins"
        return "scores" if kind == "values" else "class"

    def output(self, scores: np.ndarray) -> np.ndarray:
        """The activation of raw scores (rows, columns), or of (rows,) where there is one."""
        return self.activation(scores, axis=() if self.columns == 1 else -1)

    def decisions(self, scores: np.ndarray) -> np.ndarray:
        """Larger where a class is likelier: (rows,) for two classes, else (rows, K).

        Raw scores where the output grows with them, else the output. Of two classes it is
        positive for the second.
        """
        scale = self.activation.natural_scale()
        has_order = self.tells == "coins" or (scale is not None and scale > 0.0)
        found = scores if has_order else self.output(scores)
        is_pair = self.classes.kind == "labels" and len(self.classes) == 2
        if not is_pair:
            return found
        if self.columns == 2:
            return found[:, 1] - found[:, 0]
        if self.tells == "coins" and scale is None:  # a coin is even elsewhere than at 0
            return self._heads(scores) - 0.5
        return found

    def probabilities(self, scores: np.ndarray) -> np.ndarray:
        """(rows, K). Of one label a row they add up to 1: what does not is divided by its sum."""
        if self.columns == 1:
            return np.stack([self._tails(scores), self._heads(scores)], axis=1)
        p = self._heads(scores)
        of_one = self.classes.kind == "labels" or self.tells == "class"
        is_whole = self.tells == "class" and self.activation.domain.kind != "sub-simplex"
        if is_whole or not of_one:
            return p
        total = p.sum(axis=1, keepdims=True)
        even = np.full_like(p, 1.0 / self.columns)
        return np.divide(p, total, out=even, where=total > 0.0)

    def predictions(self, scores: np.ndarray) -> np.ndarray:
        """The label of each row, or of several columns 0 and 1, (rows, K)."""
        if self.columns == 1:
            return self.classes.names[(self.decisions(scores) > 0.0).astype(np.intp)]
        if self.classes.kind != "labels" and self.tells == "coins":
            return (self.probabilities(scores) > 0.5).astype(np.int64)
        return self.classes.names[np.argmax(self.output(scores), axis=1)]

    def _heads(self, scores: np.ndarray) -> np.ndarray:
        p = self.output(scores)
        return np.exp(p) if self._gives_logarithms else p

    def _tails(self, scores: np.ndarray) -> np.ndarray:
        """1 - p of single coins, which keeps its digits near p = 1."""
        if self._gives_logarithms:
            return -np.expm1(self.output(scores))
        return self.activation.complement(scores, axis=())

    @property
    def _gives_logarithms(self) -> bool:
        return self.activation.domain.kind in ("log-simplex", "log-coins")


def class_output(activation: Any, loss: Any, classes: Classes, codes: np.ndarray) -> ClassOutput:
    """The output for targets that were read.

    Args:
        activation: an activation, its name, or "auto": of what fits the loss sigmoid where two
            classes or several columns need no more, else softmax, else identity.
        loss: a loss or its name.
        classes: of the training data, as `read_classes` gives them.
        codes: the target, likewise.

    Raises:
        PairError: the activation does not fit the loss, or the loss has no classes.
        TargetError: shares that do not add up to 1, for probabilities of one class.
    """
    loss = find_loss(loss)
    if loss.target_kind in ("row", "bounds"):
        raise PairError(f"{loss!r} is of observed values; use a regressor")
    found = _automatic(loss, classes) if activation == "auto" else find_activation(activation)
    if not loss.fits(found):
        raise PairError(f"{found!r} does not fit {loss!r}; activation='auto' finds one that does")
    is_single = (
        classes.kind == "labels"
        and len(classes) == 2
        and not found.rowwise
        and loss.target_kind != "labels"
    )
    output = ClassOutput(found, loss, classes, 1 if is_single else len(classes))
    if classes.kind != "labels":
        if output.tells == "class":
            check_distributions(codes)
        elif not takes_sides(found, loss):
            raise PairError(
                f"{found!r} x {loss!r} tells one class a row; for a y with a column a class use "
                "activation='softmax' (shares) or 'sigmoid' (indicators)"
            )
    return output


def _automatic(loss: Loss, classes: Classes) -> Activation:
    one_coin = classes.kind == "indicators" or (classes.kind == "labels" and len(classes) == 2)
    names = ("sigmoid", "softmax", "identity") if one_coin else ("softmax", "sigmoid", "identity")
    for name in names:
        candidate = find_activation(name)
        if loss.fits(candidate) and not (name == "sigmoid" and loss.target_kind == "labels"):
            return candidate
    raise PairError(f"neither softmax nor sigmoid nor identity fits {loss!r}; name an activation")
